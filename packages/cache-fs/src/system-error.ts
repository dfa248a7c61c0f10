import { constants } from 'node:os';

/** What Node has no name for, and calls `Unknown system error -122` or `UNKNOWN`. */
const UNNAMED: ReadonlyMap<number, readonly [code: string, text: string]> = new Map([
  [-constants.errno.EDQUOT, ['EDQUOT', 'disk quota exceeded']],
  [-constants.errno.ESTALE, ['ESTALE', 'stale file handle']],
]);

/** The code of a system call's error, such as `'ENOENT'`. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Runs `action`, for what would be nice to have done and is done again by others if it fails. */
export function ignoreErrors(action: () => void): void {
  try {
    action();
  } catch {}
}

/** The error as people know it: a system call's error that Node has no name for gets one. */
export function withName(error: unknown): unknown {
  if (!(error instanceof Error) || !('errno' in error)) return error;
  const [code, text] = UNNAMED.get(Number(error.errno)) ?? [];
  if (code === undefined || systemCode(error) === code) return error;
  const call = 'syscall' in error ? `, ${String(error.syscall)}` : '';
  const path = 'path' in error ? ` '${String(error.path)}'` : '';
  return Object.assign(new Error(`${code}: ${text}${call}${path}`, { cause: error }), { code, errno: error.errno });
}

/** What went wrong, for messages. */
export function reasonOf(error: unknown): string {
  const named = withName(error);
  return named instanceof Error ? named.message : String(named);
}
