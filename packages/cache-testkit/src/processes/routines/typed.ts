import { setImmediate as nextTurn } from 'node:timers/promises';
import { typed } from '@glovebox/cache-core/typed';
import { MISFIT, NUMBERS } from '../../typed-schemas.js';
import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

export interface TypedReaderArgs {
  readonly keys: readonly string[];
}

/** Reads keys through a schema until it is told to stop; how many reads found nothing that fits. */
export async function readTyped({ args, open, report, signal }: RoutineContext<TypedReaderArgs>): Promise<number> {
  const numbers = typed(await open(), NUMBERS);
  let misses = 0;
  report('opened');
  while (!signal.aborted) {
    for (const key of args.keys) if ((await numbers.get(key)) === undefined) misses++;
    await nextTurn();
  }
  return misses;
}

export const readTypedRoutine = routineOf(import.meta.url, readTyped);

export interface MisfitReplacerArgs {
  readonly keys: readonly string[];
  readonly rounds: number;
}

/** In each round stores what does not fit, replaces it by the number of the round, and reads that; the keys that were lost. */
export async function replaceMisfits({ args, open, report }: RoutineContext<MisfitReplacerArgs>): Promise<string[]> {
  const cache = await open();
  const lost: string[] = [];
  for (let round = 1; round <= args.rounds; round++) {
    for (const key of args.keys) await cache.set(key, MISFIT);
    // Who reads the last of them is still at it when the first are replaced.
    await nextTurn();
    for (const key of args.keys) await cache.set(key, round);
    for (const key of args.keys) if ((await cache.get(key)) !== round) lost.push(`${key} of round ${round}`);
    report(round);
  }
  return lost;
}

export const replaceMisfitsRoutine = routineOf(import.meta.url, replaceMisfits);
