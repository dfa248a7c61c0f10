import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { compare } from '../hit-rate/compare.js';
import { generatedTraces } from '../hit-rate/generated-traces.js';
import type { Trace } from '../hit-rate/trace.js';
import { type Figure, type Scenario, single } from './scenario.js';

/** Under `ttl` a full cache takes nothing more. */
const policies = EVICTION_POLICIES.filter((policy) => policy !== 'ttl');

/** What a policy is worth: `pnpm hit-rate` does the same with traces of one's own. */
export const hitRates: Scenario = {
  name: 'hit rates',
  title: 'hits of cache-memory in % of the requests of generated traces, by policy; belady knows the future',
  axes: { x: 'entries in the cache', y: 'hits in %' },
  async run(_directory, isQuick): Promise<readonly Figure[]> {
    const traces = isQuick ? generatedTraces().slice(0, 1).map(beginningOf) : generatedTraces();
    const figures: Figure[] = [];
    for (const trace of traces) {
      const { rows } = await compare(trace, policies, isQuick ? [100] : []);
      for (const { capacity, byPolicy, belady } of rows) {
        for (const [line, rate] of [...Object.entries(byPolicy), ['belady', belady] as const]) {
          figures.push({
            what: `${trace.name}, ${line}, ${capacity.toLocaleString('en-US')} entries`,
            unit: '%',
            measured: single(rate),
            ratio: undefined,
            point: { chart: `Hit rate, ${trace.name}`, line, x: capacity },
          });
        }
      }
    }
    return figures;
  },
};

function beginningOf(trace: Trace): Trace {
  return { ...trace, requests: trace.requests.slice(0, 5_000) };
}
