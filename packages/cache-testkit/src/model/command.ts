import type { GetOrSetOptions, SetOptions, Ttl } from '@glovebox/cache-core';
import type { CacheConfig } from '../target.js';
import type { Sample, StreamSample } from './samples.js';
import type { Space } from './space.js';

/** What one entry is stored with. */
export interface Draft {
  readonly key: string;
  readonly sample: Sample;
  readonly options: DraftOptions;
}

/** What a stream is stored with. */
interface StreamDraft extends Draft {
  readonly sample: StreamSample;
}

/** As the caller writes it, and what it means. */
export interface DraftOptions {
  readonly given: SetOptions | undefined;
  /** `undefined`: the default of the cache. */
  readonly ttlSeconds: number | null | undefined;
  /** `undefined`: none, or those of the entry that is updated. */
  readonly tags: readonly string[] | undefined;
  /** Left out: not sliding, or as the entry that is updated. */
  readonly sliding?: boolean;
}

/** How long a `getOrSet` keeps an entry beyond its expiry, and takes one that was kept. */
export interface Grace {
  readonly given: GetOrSetOptions['grace'];
  readonly milliseconds: number;
}

/** A ttl as the caller writes it, and what it means. */
export interface TouchTtl {
  readonly given: Ttl | undefined;
  readonly ttlSeconds: number | null | undefined;
}

/** What a listing is asked for; ages in seconds. */
export interface ListedOptions {
  readonly prefix?: string;
  readonly tag?: string;
  readonly olderThan?: number;
  readonly youngerThan?: number;
}

/** What the factory of a `getOrSet`, or the function of an `update`, does. */
export type FunctionPlan = 'returns' | 'returns undefined' | 'throws';

/** What a caller may get wrong: the cache rejects it, and nothing changes. */
export type Mistake =
  | 'set of undefined'
  | 'set with a ttl of 0'
  | 'set of a function'
  | 'get of an empty key'
  | 'update to a function'
  | 'increment by NaN'
  | 'invalidateTags of a text'
  | 'set with sliding of 1'
  | 'setStream of texts'
  | 'touch with a ttl of 0';

/** What is asked of a cache, or of a namespace of it. */
export type Operation =
  | ({ readonly op: 'set' | 'add' } & Draft)
  | {
      readonly op: 'get' | 'lookup' | 'exists' | 'getMetadata' | 'delete' | 'take' | 'getStream';
      readonly key: string;
    }
  | ({ readonly op: 'setStream'; readonly isFailing: boolean } & StreamDraft)
  | { readonly op: 'getOrDefault'; readonly key: string }
  | { readonly op: 'getMany' | 'deleteMany'; readonly keys: readonly string[] }
  | { readonly op: 'setMany'; readonly drafts: readonly Draft[] }
  | ({ readonly op: 'getOrSet'; readonly plan: FunctionPlan; readonly grace: Grace } & Draft)
  | ({ readonly op: 'update'; readonly plan: FunctionPlan } & Draft)
  | { readonly op: 'increment'; readonly key: string; readonly by: number | undefined; readonly options: DraftOptions }
  | { readonly op: 'touch'; readonly key: string; readonly ttl: TouchTtl }
  | { readonly op: 'keys' | 'entries'; readonly options: ListedOptions }
  | { readonly op: 'invalidateTags'; readonly tags: readonly string[] }
  | { readonly op: 'mistake'; readonly mistake: Mistake; readonly key: string }
  | { readonly op: 'clear' | 'cleanup' };

/** Those of the cache itself are looked at after every command. */
interface SpaceStats {
  readonly op: 'getStats';
  readonly space: Space;
}

/** One step of a sequence, as data: what was drawn, and what a failure is made of. */
export type Command = (
  | Operation
  | SpaceStats
  | { readonly op: 'advance'; readonly milliseconds: number }
  | { readonly op: 'reopen' }
) & {
  /** `undefined`: the cache itself. */
  readonly space?: Space | undefined;
};

/** What a cache answers: all but time. */
export type Answered = Exclude<Command, { readonly op: 'advance' }>;

/** The command of one name. */
export type CommandOf<Op extends Command['op']> = NamedIn<Command, Op>;

/** `Extract` would give nothing where one shape serves several names. */
type NamedIn<C extends Command, Op extends Command['op']> = C extends Command
  ? Op extends C['op']
    ? C & { readonly op: Op }
    : never
  : never;

/** A configuration, and what is done to a cache that has it. */
export interface Sequence {
  readonly config: CacheConfig;
  /** What passes before each command. Without it, all happens at once between steps of time. */
  readonly tickMs: number;
  readonly commands: readonly Command[];
}

/** Where a command may have read an entry: one that is sliding then expires later. */
export function readKeys(command: Command): readonly string[] {
  switch (command.op) {
    case 'get':
    case 'getOrDefault':
    case 'lookup':
    case 'getOrSet':
    case 'getStream':
      return [command.key];
    case 'getMany':
      return command.keys;
    default:
      return [];
  }
}

/** Where a command may have written an entry. */
export function writtenKeys(command: Command): readonly string[] {
  switch (command.op) {
    case 'set':
    case 'add':
    case 'update':
    case 'increment':
    case 'touch':
    case 'getOrSet':
    case 'setStream':
      return [command.key];
    case 'setMany':
      return command.drafts.map(({ key }) => key);
    default:
      return [];
  }
}
