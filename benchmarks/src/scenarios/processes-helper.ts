/** A process of the scenario "processes": told a number of milliseconds, it reads for so long and tells how often. */
import { named } from '../lane-protocol.js';
import { groups } from '../subjects/index.js';
import { answerNumbers } from './helper.js';

const [name = '', directory = '', keys] = process.argv.slice(2);
const subject = named(
  groups.flatMap(({ reference, others }) => [reference, ...others]),
  name,
);
const session = await subject.open({ directory, holdsBytes: false });

answerNumbers(readFor, async () => session.close());

async function readFor(durationMs: number): Promise<number> {
  const endAt = performance.now() + durationMs;
  let reads = 0;
  while (performance.now() < endAt) {
    const found = session.get(`key-${reads++ % Number(keys)}`);
    if ((subject.isSynchronous ? found : await found) === undefined) throw new Error('a stored entry is missing');
    // Reads from memory and page cache never wait: what runs beside them needs its turn.
    if (reads % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return reads;
}
