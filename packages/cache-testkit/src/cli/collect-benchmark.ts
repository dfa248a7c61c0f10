import type { RunMessage, RunRequest } from './messages.js';
import type { ProgressStream } from './progress.js';
import { supervise } from './supervise.js';
import { UsageError } from './usage-error.js';

/** What was measured, as tables and as JSON, or the signal that ended it. */
export type BenchmarkOutcome =
  | { readonly type: 'measured'; readonly text: string; readonly json: string }
  | { readonly type: 'interrupted'; readonly signal: NodeJS.Signals };

/**
 * Measures in a process of its own, and tells each operation before it is measured.
 * @throws UsageError if nothing could be measured
 */
export async function collectBenchmark(request: RunRequest, stream: ProgressStream): Promise<BenchmarkOutcome> {
  let measured: Extract<RunMessage, { type: 'measured' }> | undefined;
  let refusal: string | undefined;
  const ending = await supervise(request, (message) => {
    if (message.type === 'measured') measured = message;
    if (message.type === 'refused') refusal = message.text;
    if (message.type === 'measuring') {
      const { done, total, operation, value } = message.progress;
      stream.write(`${done + 1}/${total}: ${operation}, ${value}\n`);
    }
  });
  if (ending.type === 'interrupted') return ending;
  if (refusal !== undefined) throw new UsageError(refusal);
  if (measured !== undefined) return measured;
  const how = ending.type === 'died' ? ending.how : 'its event loop stood still';
  throw new UsageError(`'${request.specifier}' could not be measured: ${how}`);
}
