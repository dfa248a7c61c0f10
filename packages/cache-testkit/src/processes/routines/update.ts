import { setImmediate as nextTurn } from 'node:timers/promises';
import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

export interface UpdateArgs {
  /** How often each kind of update is made; until it is killed if `null`, increments only. */
  readonly rounds: number | null;
}

export interface UpdateResult {
  /** What each increment of `count` gave. */
  readonly sums: readonly (number | undefined)[];
  /** Rounds whose key this process added, and those whose entry it took. */
  readonly added: readonly number[];
  readonly taken: readonly number[];
}

/** Increments `count`, appends to `list`, adds `new <round>` and takes `there <round>`, as all other processes do. */
export async function update({ args, number, open, report }: RoutineContext<UpdateArgs>): Promise<UpdateResult> {
  const cache = await open();
  const rounds = args.rounds ?? Number.POSITIVE_INFINITY;
  const sums: (number | undefined)[] = [];
  for (let round = 0; round < rounds; round++) {
    const sum = await cache.increment('count');
    report(sum);
    if (args.rounds !== null) sums.push(sum);
  }
  const added: number[] = [];
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await cache.update<string[]>('list', async (list = []) => {
      await nextTurn();
      return [...list, `${number}.${round}`];
    });
    if (await cache.add(`new ${round}`, number)) added.push(round);
    if ((await cache.take(`there ${round}`)) !== undefined) taken.push(round);
  }
  return { sums, added, taken };
}

export const updateRoutine = routineOf(import.meta.url, update);
