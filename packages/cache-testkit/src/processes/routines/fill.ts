import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

/** Sets as many new keys as it is told, each time it is told, and says how many were stored. */
export async function fill({ open, received, report, number }: RoutineContext<null>): Promise<void> {
  const cache = await open();
  report('opened');
  let last = 0;
  for await (const count of received()) {
    let stored = 0;
    for (let index = 0; index < Number(count); index++) {
      if (await cache.set(`key ${++last} of process ${number}`, last)) stored++;
    }
    report(stored);
  }
}

export const fillRoutine = routineOf(import.meta.url, fill);
