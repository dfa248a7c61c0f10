/** The process of one subject, started by ProcessLane. */
import { unavailability } from './availability.js';
import { type LaneAnswer, type LaneRequest, type LaneStart, named } from './lane-protocol.js';
import { LocalLane, type OpenStore } from './local-lane.js';
import { openStore } from './open-store.js';
import { operations } from './operations.js';
import { groups } from './subjects/index.js';
import { valueKinds } from './values.js';

const start: LaneStart = JSON.parse(process.argv[2] ?? '');
const { reference, others } = named(groups, start.group);
const subject = named([reference, ...others], start.subject);

// Whatever timers and threads a subject leaves behind end here, and nothing outlives who asked for it.
process.once('disconnect', () => process.exit());

const store = await opened();
if (store !== undefined) {
  const lane = new LocalLane(subject, store);
  process.on('message', (request: LaneRequest) => void answer(() => perform(lane, store, request)));
}

/** Tells how it went; `undefined` if it can't be. */
async function opened(): Promise<OpenStore | undefined> {
  const unavailable = await unavailability(subject);
  if (unavailable !== undefined) {
    send({ unavailable });
    return undefined;
  }
  let open: OpenStore | undefined;
  await answer(async () => {
    open = await openStore(subject, named(valueKinds, start.kind), start.entries, start.directory);
    return [];
  });
  return open;
}

async function perform(lane: LocalLane, { session }: OpenStore, request: LaneRequest): Promise<readonly number[]> {
  switch (request.ask) {
    case 'prepare':
      return [await lane.prepare(named(operations, request.operation), request.sampleMs, request.warmUpMs)];
    case 'sample':
      return [await lane.sample()];
    case 'time each':
      return lane.timeEach(request.count, request.atMostMs);
    case 'close':
      await session.close();
      return [];
  }
}

async function answer(work: () => Promise<readonly number[]>): Promise<void> {
  try {
    send({ numbers: await work() });
  } catch (error) {
    send({ error });
  }
}

function send(message: LaneAnswer): void {
  process.send?.(message);
}
