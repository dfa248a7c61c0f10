import { END_LINK, START_LINK } from './crash-routine.js';
import type { SystemCall } from './strace.js';

/** Where a process is to be killed: before a call on its store. The thread is that of another process each time. */
export interface KillPoint {
  readonly thread: 'main' | 'pool';
  readonly name: string;
  readonly nth: number;
  /** Place among the calls of the operation on the store, from 1 on. */
  readonly place: number;
  /** The call, the store's directory left out. */
  readonly text: string;
  /** The call changes what is stored. */
  readonly isChange: boolean;
}

const CHANGES =
  /^(p?writev?2?|pwrite64|rename|unlink|mkdir|rmdir|f?truncate|link|symlink|f(data)?sync|fallocate|copy_file_range|sendfile)/;
const CREATES = /O_CREAT|O_TRUNC/;

/**
 * The calls on the store between the start and the end of the operation.
 * @param threads of the process that was recorded
 */
export function killPointsOf(
  calls: readonly SystemCall[],
  directory: string,
  threads: { readonly main: number; readonly pool: number },
): KillPoint[] {
  const start = calls.findLastIndex(({ text }) => text.startsWith('readlink') && text.includes(`/${START_LINK}"`));
  const end = calls.findIndex(({ text }) => text.startsWith('readlink') && text.includes(`/${END_LINK}"`));
  if (start === -1 || end === -1) throw new Error('the recording does not show the start and the end of the operation');
  const points: KillPoint[] = [];
  for (const { thread, name, nth, text } of calls.slice(start + 1, end)) {
    const role = thread === threads.main ? 'main' : thread === threads.pool ? 'pool' : undefined;
    if (role === undefined || !text.includes(directory)) continue;
    const isChange = CHANGES.test(name) || CREATES.test(text);
    const shown = text.replaceAll(directory, '<store>').replace(/\)\s+= .*$|\s*<unfinished \.\.\.>$/, ')');
    points.push({ thread: role, name, nth, place: points.length + 1, text: shown, isChange });
  }
  return points;
}
