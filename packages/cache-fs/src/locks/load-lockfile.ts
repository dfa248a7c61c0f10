import { createRequire } from 'node:module';
import { ignoreErrors } from '../system-error.js';
import type { ProperLockfile } from './claim.js';

let loading: Promise<ProperLockfile> | undefined;

/**
 * Loads proper-lockfile: not before the first lock, since that takes 10 ms.
 * @throws what kept it from being loaded; the next call tries anew
 */
export async function loadProperLockfile(): Promise<ProperLockfile> {
  loading ??= load();
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

async function load(): Promise<ProperLockfile> {
  const before = process.listenerCount('SIGHUP');
  const lockfile = await importOrRequire();
  // If another package of the program had loaded it before, its listeners are that package's to keep.
  if (process.listenerCount('SIGHUP') > before) ignoreErrors(unloadSignalExit);
  return lockfile;
}

/** Node remembers an `import` that failed, for want of descriptors say, until the process ends; `require` tries anew. */
async function importOrRequire(): Promise<ProperLockfile> {
  try {
    return (await import('proper-lockfile')).default;
  } catch {
    return createRequire(import.meta.url)('proper-lockfile');
  }
}

/**
 * Takes back what proper-lockfile's import has done: signal-exit listens to every signal that ends a process, and sends it
 * again if it finds itself the only listener. It does so too beside a program's `process.once('SIGTERM', shutDown)`, whose
 * listener is off the list when it is called, and so ends the program in the middle of shutting down. Locks need it not:
 * those of a process that a signal has ended are a dead one's, and at an exit claims are released by themselves.
 *
 * In a bundle the package is not found, and the listeners stay.
 */
function unloadSignalExit(): void {
  const require = createRequire(import.meta.url);
  const signalExit: unknown = createRequire(require.resolve('proper-lockfile'))('signal-exit');
  if (typeof signalExit !== 'function' || !('unload' in signalExit)) return;
  if (typeof signalExit.unload === 'function') signalExit.unload();
}
