import { MoErgoError } from './errors.js';

/** What `promise` gives, or a rejection with `MOERGO_ABORTED` as soon as `signal` is aborted. `promise` goes on. */
export function untilAborted<T>(operation: string, promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError(operation, signal));
    signal.addEventListener('abort', abort, { once: true });
    const settle = <V>(how: (value: V) => void) => {
      return (value: V) => {
        signal.removeEventListener('abort', abort);
        how(value);
      };
    };
    promise.then(settle(resolve), settle(reject));
  });
}

export function abortedError(operation: string, signal: AbortSignal): MoErgoError {
  return new MoErgoError('MOERGO_ABORTED', `${operation}: aborted by the caller`, { operation, cause: signal.reason });
}
