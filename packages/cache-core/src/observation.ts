import { type Channel, channel } from 'node:diagnostics_channel';
import type { CacheError } from './errors.js';
import { type KeyPlace, placeOf } from './namespace-keys.js';
import { nodeModule } from './node-module.js';

/** Operations that are published on `glovebox:cache:<operation>`. */
export type CacheOperation =
  | 'get'
  | 'lookup'
  | 'set'
  | 'setStream'
  | 'getStream'
  | 'exists'
  | 'delete'
  | 'clear'
  | 'keys'
  | 'entries'
  | 'invalidateTags'
  | 'getOrSet'
  | 'add'
  | 'update'
  | 'increment'
  | 'take'
  | 'touch'
  | 'getMetadata'
  | 'getStats'
  | 'cleanup'
  | 'open'
  | 'close';

/** How an operation ended; `stale`: a `getOrSet` was answered with an entry in its grace. */
export type OperationOutcome =
  | 'hit'
  | 'miss'
  | 'stale'
  | 'stored'
  | 'refused'
  | 'removed'
  | 'absent'
  | 'done'
  | 'error';

/** The message of the `glovebox:cache:*` channels. */
export interface OperationMessage extends Partial<KeyPlace> {
  readonly cache: string;
  readonly operation: CacheOperation;
  readonly outcome: OperationOutcome;
  /** The fault that became a miss or a refused write, where `outcome` is `error`. */
  readonly error?: CacheError;
}

const OPERATIONS: readonly CacheOperation[] = [
  'get',
  'lookup',
  'set',
  'setStream',
  'getStream',
  'exists',
  'delete',
  'clear',
  'keys',
  'entries',
  'invalidateTags',
  'getOrSet',
  'add',
  'update',
  'increment',
  'take',
  'touch',
  'getMetadata',
  'getStats',
  'cleanup',
  'open',
  'close',
];

const channels = Object.fromEntries(
  OPERATIONS.map((operation) => [operation, channel(`glovebox:cache:${operation}`)]),
) as Record<CacheOperation, Channel>;

const debug = nodeModule('node:util').debuglog('glovebox-cache');
/** Node reads NODE_DEBUG once, when it starts; asking each time would cost a fifth of a read from memory. */
const isDebugging = debug.enabled;

/**
 * Publishes an operation and writes it to the debug log, each only where somebody listens.
 * @param key as the store knows it
 */
export function observe(
  cache: string,
  operation: CacheOperation,
  outcome: OperationOutcome,
  key?: string,
  error?: CacheError,
): void {
  // Short, so that it becomes a part of the operations when they are compiled.
  if (channels[operation].hasSubscribers || isDebugging) tell(cache, operation, outcome, key, error);
}

function tell(
  cache: string,
  operation: CacheOperation,
  outcome: OperationOutcome,
  key: string | undefined,
  error: CacheError | undefined,
): void {
  const place = key === undefined ? undefined : placeOf(key);
  const message: OperationMessage = { cache, operation, outcome, ...place, ...(error && { error }) };
  channels[operation].publish(message);
  if (isDebugging) debug('%s %s %s%s', cache, operation, outcome, key === undefined ? '' : ` ${printableKey(key)}`);
}

/** For debug lines that belong to no single operation. */
export function debugLine(line: string): void {
  debug('%s', line);
}

const LONGEST_PRINTED_KEY = 80;

/** A key for a log or a message: quoted, shortened, without line breaks or control codes. */
export function printableKey(key: string): string {
  const short = key.length > LONGEST_PRINTED_KEY ? `${key.slice(0, LONGEST_PRINTED_KEY)}…` : key;
  // JSON leaves DEL, the C1 controls and the Unicode line separators as they are; terminals and log viewers obey them.
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
