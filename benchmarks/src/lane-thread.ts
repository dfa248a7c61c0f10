import { parentPort, workerData } from 'node:worker_threads';
import { type LaneAnswer, type LaneRequest, type LaneStart, named } from './lane-protocol.js';
import { LocalLane } from './local-lane.js';
import { openStore } from './open-store.js';
import { operations } from './operations.js';
import { groups } from './subjects/index.js';
import { valueKinds } from './values.js';

if (parentPort === null) throw new Error('this is the code of a thread, started by ThreadLane');
const port = parentPort;
const start: LaneStart = workerData;

const { reference, others } = named(groups, start.group);
const subject = named([reference, ...others], start.subject);
const opening = openStore(subject, named(valueKinds, start.kind), start.entries, start.directory);
const lane = opening.then((store) => new LocalLane(subject, store));

port.on('message', (request: LaneRequest) => void answer(() => perform(request)));
void answer(async () => {
  await lane;
  return 0;
});

async function perform(request: LaneRequest): Promise<number> {
  const opened = await lane;
  if (request.ask === 'prepare') {
    return opened.prepare(named(operations, request.operation), request.sampleMs, request.warmUpMs);
  }
  if (request.ask === 'sample') return opened.sample();
  await (await opening).session.close();
  return 0;
}

async function answer(work: () => Promise<number>): Promise<void> {
  let message: LaneAnswer;
  try {
    message = { result: await work() };
  } catch (error) {
    message = { error };
  }
  port.postMessage(message);
}
