import { setTimeout as delay } from 'node:timers/promises';
import { routineOf } from '../driver.js';
import { HistoryLog } from '../history/history-log.js';
import { monotonicNanoseconds, type RoutineContext } from '../protocol.js';
import { RecordedSteps } from './recorded-steps.js';

const TTL_MS = 1;

export interface ReplaceExpiredArgs {
  readonly firstKey: number;
  readonly keys: number;
  readonly rounds: number;
}

/**
 * In each round sets its keys to expire at once, then sets them for good, and reads them. Many keys a round: others meet
 * expired ones that are about to be replaced even where there are more processes than processors.
 */
export async function replaceExpired(context: RoutineContext<ReplaceExpiredArgs>): Promise<void> {
  const { args, number, notesDirectory, open, report } = context;
  const log = new HistoryLog(notesDirectory, number);
  const steps = new RecordedSteps(await open(), log, { process: number });
  const keys = Array.from({ length: args.keys }, (_, index) => args.firstKey + index);
  for (let round = 0; round < args.rounds; round++) {
    const begun = monotonicNanoseconds();
    for (const key of keys) await steps.set(key, TTL_MS);
    // The wall clock counts whole milliseconds: an entry may live one longer than its time to live.
    const left = TTL_MS + 1 - (monotonicNanoseconds() - begun) / 1e6;
    if (left > 0) await delay(left);
    for (const key of keys) {
      await steps.set(key);
      await steps.get(key);
    }
    for (const key of keys) await steps.get(key);
    // Who reports is not taken for one that hangs.
    report(round);
  }
  log.close();
}

export const replaceExpiredRoutine = routineOf(import.meta.url, replaceExpired);
