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
