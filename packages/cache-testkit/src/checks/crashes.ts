import type { Scale } from '../check.js';
import { Aftermath, type Counts } from '../crashes/aftermath.js';
import { inLanes } from '../crashes/in-lanes.js';
import type { KillPoint } from '../crashes/kill-points.js';
import { type CrashOutcome, type CrashSite, crashAfter, crashAt, runUndisturbed } from '../crashes/kill-run.js';
import { CRASH_OPERATIONS, type CrashOperationName, crashOperation } from '../crashes/operations.js';
import { straceProblem } from '../crashes/strace.js';
import { UnmetExpectation } from '../expect.js';
import type { Gate } from '../gates.js';
import type { Scene } from '../scene.js';
import { Trail } from '../trail.js';
import { crashList } from './crash-list.js';

/** Real seconds that a process may take. */
const PROCESS_SECONDS = 40;

const list = crashList();
export const crashChecks = list.checks;

/** In the full scale, kills before each call on the store. */
const KILLS_OF_A_CALL = 3;
/** Kills of an operation whose calls can't be followed, at random times. */
const RANDOM_KILLS: Readonly<Record<Scale, number>> = { quick: 3, full: 60 };

const PROMISES: Readonly<Record<CrashOperationName, string>> = {
  set: 'A process that is killed in a set leaves the new entry or none, and nothing that hinders others.',
  replace: 'A process that is killed in a set over an older value leaves the one or the other, whole.',
  large: 'A process that is killed in a set of a large value leaves the new or the old, whole, and nothing for ever.',
  stream: 'A process that is killed in a setStream leaves the new value or the old, whole, and nothing for ever.',
  delete: 'A process that is killed in a delete leaves the entry, or nothing of it once a cleanup has been there.',
  'get-or-set': 'A process that is killed in a getOrSet keeps nobody from computing the value.',
  batch: 'A process that is killed in a setMany leaves for each key the old value or the new.',
  eviction: 'A process that is killed while it evicts leaves every other entry whole, and totals that are right.',
  clear: 'A process that is killed in a clear leaves some entries or none, each of them whole.',
  cleanup: 'A process that is killed in a cleanup leaves every live entry, and the rest to the next cleanup.',
  invalidate:
    'A process that is killed in an invalidateTags leaves it done or not, as a whole, and others able to do theirs.',
  'invalidate-late':
    'A process that is killed in the last of many calls of invalidateTags loses none of them, and no entry without tags.',
  slide: 'A process that is killed in a read of a sliding entry leaves it with the old expiry or the new.',
  close: 'A process that is killed while it closes loses no entry and no count.',
  open: 'A process that is killed while it opens a store leaves the store as it was.',
  heir: 'A process that is killed while it takes over from one that was killed loses no count and counts none twice.',
};

const NEEDS: Partial<Record<CrashOperationName, readonly Gate[]>> = {
  eviction: ['entryLimit', 'evicts'],
  // Without it, entries may go one by one.
  invalidate: ['crossProcessTags'],
  'invalidate-late': ['crossProcessTags'],
  slide: ['slidingTtl'],
};

for (const name of Object.keys(CRASH_OPERATIONS) as CrashOperationName[]) {
  list.add(name, PROMISES[name], (scene) => killThroughout(scene, name), { needs: NEEDS[name] ?? [] });
}

/** One way to be killed. */
interface Kill {
  /** Completes "kill -9 ". */
  readonly when: string;
  crash(site: CrashSite): Promise<CrashOutcome>;
}

async function killThroughout(scene: Scene, name: CrashOperationName): Promise<void> {
  const problem = await straceProblem();
  const [site, trail] = begin(scene, name, 'undisturbed');
  const { points, tookMs, ...outcome } = await runUndisturbed(site, problem === undefined);
  const counted = await inspect(scene, site, outcome, trail, 'when the operation had resolved');
  const kills = points.length > 0 ? killsAt(scene, points) : killsAfter(scene, tookMs);
  if (points.length === 0) scene.trail.note(`killed at random times: ${problem ?? 'no call names the store'}`);
  await inLanes(kills, scene.options.scale === 'full' ? 2 : 1, async ({ when, crash }, index) => {
    const [site, trail] = begin(scene, name, `kill ${index + 1}`);
    trail.note(`kill -9 ${when}`);
    await inspect(scene, site, await crash(site), trail, `after a kill -9 ${when}`, counted);
  });
}

function killsAt({ options }: Scene, points: readonly KillPoint[]): Kill[] {
  const chosen =
    options.scale === 'full'
      ? points.flatMap((point) => Array<KillPoint>(KILLS_OF_A_CALL).fill(point))
      : tellingPoints(points.filter(({ isChange }) => isChange));
  return chosen.map((point) => ({
    when: `before call ${point.place} of ${points.length} on the store, ${point.text}`,
    crash: (site) => crashAt(site, point),
  }));
}

/** With a beginning made, and with all but two changes made, or but one. */
function tellingPoints(changes: readonly KillPoint[]): KillPoint[] {
  const places = new Set([1, changes.length - 2, changes.length - 1]);
  return changes.filter((_, place) => places.has(place));
}

function killsAfter({ options, random }: Scene, tookMs: number): Kill[] {
  return Array.from({ length: RANDOM_KILLS[options.scale] }, () => {
    const milliseconds = random() * tookMs;
    return {
      when: `after ${milliseconds.toFixed(2)} of ${tookMs.toFixed(2)} ms`,
      crash: (site: CrashSite) => crashAfter(site, milliseconds),
    };
  });
}

/** A new store for a process, and what is noted of the two. */
function begin(scene: Scene, operation: CrashOperationName, store: string): [CrashSite, Trail] {
  const { before, call, config = {}, isHeir } = crashOperation(operation);
  const trail = new Trail();
  if (isHeir === true) trail.note('(a process stores the entries and is killed; the next one:)');
  trail.note(`process: create(), with ${Object.keys(before).length} entries stored: ${Object.keys(before).join(', ')}`);
  trail.note(`process: ${call}`);
  const driver = scene.processes(config, PROCESS_SECONDS, store);
  return [{ driver, directory: scene.storeContext(store).directory, operation }, trail];
}

/** Looks at the store from this process; a failure tells when the other one was killed. */
async function inspect(
  scene: Scene,
  { operation, directory, driver }: CrashSite,
  outcome: CrashOutcome,
  trail: Trail,
  when: string,
  counted?: Counts,
): Promise<Counts> {
  try {
    return await new Aftermath(scene.target, directory, crashOperation(operation), trail).inspect(outcome, counted);
  } catch (error) {
    for (const line of trail.toLines()) scene.trail.note(line);
    if (!(error instanceof UnmetExpectation)) throw error;
    throw new UnmetExpectation(`${error.expected}, ${when}`, error.came, error.cause);
  } finally {
    await driver.dispose();
  }
}
