import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnmetExpectation } from './expect.js';
import { rejectionText } from './recorded-cache.js';
import { showWithCause } from './show.js';
import type { Trail } from './trail.js';

const MAX_FRAMES = 8;

/** Why a check failed, for an author who has not read the check. */
export interface CheckFailure {
  /** What should have come. */
  readonly expected: string;
  readonly came: string;
  /** The operations that led there, in order. */
  readonly trail: readonly string[];
  /** What backends that fail this check often do. */
  readonly usualCause?: string;
  /** Where an error that the backend threw came from. */
  readonly stack?: string;
  /** Options that play the same again, where a check has drawn what it did. */
  readonly replay?: string;
  /** The option `path` of these. */
  readonly path?: string;
}

/** The failure that an error of a check is, at the end of what it did. @param usualCause of a promise that was not kept */
export function failureOf(error: unknown, steps: Trail, usualCause?: string): CheckFailure {
  const trail = steps.toLines();
  const { expected, came, cause } = error instanceof UnmetExpectation ? error : unexpectedError(error, steps);
  const stack = stackOf(cause);
  return {
    expected,
    came,
    trail,
    ...(usualCause === undefined || !(error instanceof UnmetExpectation) ? {} : { usualCause }),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** The suite's own limit was reached. */
export class TimeOver extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`not over after ${seconds} s`);
    this.seconds = seconds;
  }
}

interface Findings {
  readonly expected: string;
  readonly came: string;
  readonly cause: unknown;
}

function unexpectedError(error: unknown, steps: Trail): Findings {
  if (error instanceof TimeOver) {
    const pending = steps.pending();
    return {
      expected: `an end within ${error.seconds} s`,
      came:
        pending.length === 0
          ? 'none'
          : `none: ${pending.join(', ')} ${pending.length === 1 ? 'has' : 'have'} not ended`,
      cause: undefined,
    };
  }
  const operation = steps.endedWith(rejectionText(error));
  return {
    expected: operation === undefined ? 'no error' : `${operation} not to reject`,
    came: `an error: ${showWithCause(error)}`,
    cause: error,
  };
}

/** Where this suite stands, as it runs and as source maps have it: frames from there on tell an author nothing. */
const OWN_DIRECTORIES = ['dist', 'src'].map((name) => join(fileURLToPath(new URL('..', import.meta.url)), name));

/** The frames of the backend, above those of the suite. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const frames = error.stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  const end = frames.findIndex((line) => OWN_DIRECTORIES.some((directory) => line.includes(directory)));
  const own = (end === -1 ? frames : frames.slice(0, end)).filter((line) => !line.includes('node:internal'));
  if (own.length === 0) return undefined;
  return own
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim())
    .join('\n');
}
