import type { SetOptions } from '@glovebox/cache-core';
import type { CacheConfig } from '../target.js';
import type { Sample } from './samples.js';

/** What one entry is stored with. */
export interface Draft {
  readonly key: string;
  readonly sample: Sample;
  readonly options: DraftOptions;
}

/** As the caller writes it, and what it means. */
export interface DraftOptions {
  readonly given: SetOptions | undefined;
  /** `undefined`: the default of the cache. */
  readonly ttlSeconds: number | null | undefined;
  readonly tags: readonly string[];
}

/** What the factory of a `getOrSet` does. */
export type FactoryPlan = 'returns' | 'returns undefined' | 'throws';

/** What a caller may get wrong: the cache rejects it, and nothing changes. */
export type Mistake = 'set of undefined' | 'set with a ttl of 0' | 'set of a function' | 'get of an empty key';

/** One step of a sequence, as data: what was drawn, and what a failure is made of. */
export type Command =
  | ({ readonly op: 'set' } & Draft)
  | { readonly op: 'get' | 'lookup' | 'exists' | 'getMetadata' | 'delete'; readonly key: string }
  | { readonly op: 'getOrDefault'; readonly key: string }
  | { readonly op: 'getMany' | 'deleteMany'; readonly keys: readonly string[] }
  | { readonly op: 'setMany'; readonly drafts: readonly Draft[] }
  | ({ readonly op: 'getOrSet'; readonly plan: FactoryPlan } & Draft)
  | { readonly op: 'keys'; readonly prefix: string | undefined }
  | { readonly op: 'advance'; readonly milliseconds: number }
  | { readonly op: 'mistake'; readonly mistake: Mistake; readonly key: string }
  | { readonly op: 'clear' | 'cleanup' | 'reopen' };

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
