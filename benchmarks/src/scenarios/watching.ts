import { channel } from 'node:diagnostics_channel';
import { recordLatencies } from '@glovebox/cache-core/latency';
import { createMemoryCache } from '@glovebox/cache-memory';
import { valueKinds } from '../values.js';
import { byTurns, type Figure, microseconds, ratioOf, type Scenario } from './scenario.js';

const READS = 1_000;
const KEYS = 100;
const value = valueKinds[0]?.create();

/** Reads from memory while somebody watches, each in its own way, against the same reads while nobody does. */
export const watching: Scenario = {
  name: 'watching',
  title: 'get from memory while it is watched, 536 B, references; ratios to the same while nobody watches',
  async run(_directory, isQuick): Promise<readonly Figure[]> {
    const cache = createMemoryCache({ isolation: 'reference' });
    for (let key = 0; key < KEYS; key++) await cache.set(`key-${key}`, value);
    const listenTo = (name: string) => () => {
      const each = channel(name);
      each.subscribe(ignore);
      return () => each.unsubscribe(ignore);
    };
    const watchers: readonly [string, () => () => void][] = [
      ['nobody watches', () => ignore],
      ['nobody watches, measured again', () => ignore],
      ['a listener of hits', () => cache.on('hit', ignore)],
      ['a subscriber of outcomes', listenTo('glovebox:cache:get')],
      ['a subscriber of traces', listenTo('tracing:glovebox:cache:get:asyncEnd')],
      ['latencies recorded', () => recordLatencies(cache).stop],
    ];
    const lanes = watchers.map(([, watch]) => async () => {
      const stop = watch();
      for (let read = 0; read < READS; read++) {
        if ((await cache.get(`key-${read % KEYS}`)) === undefined) throw new Error('a stored entry is missing');
      }
      stop();
    });
    try {
      await byTurns(lanes, isQuick ? 3 : 100);
      const times = await byTurns(lanes, isQuick ? 3 : 400);
      const [unwatched = []] = times;
      return times.map((samples, index) => ({
        what: `get, ${watchers[index]?.[0]}`,
        measured: microseconds(samples, READS),
        unit: 'µs',
        ratio: ratioOf(samples, unwatched),
      }));
    } finally {
      await cache.close();
    }
  },
};

function ignore(): void {}
