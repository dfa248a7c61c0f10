import type { Gate } from './gates.js';
import type { Scene } from './scene.js';

/** Groups of checks, in the order in which they run. */
export const CHECK_GROUPS = [
  'keys',
  'values',
  'ttl',
  'metadata',
  'stats',
  'limits',
  'tags',
  'getOrSet',
  'batches',
  'events',
  'lifecycle',
  'isolation',
  'persistence',
  'damage',
  'faults',
  'model',
] as const;

export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** Most that a check holds at once where it says nothing else: the limits of the tightest configuration. */
const DEFAULT_FOOTPRINT = { entries: 8, sizeBytes: 1 << 20 };

export interface Footprint {
  /** Entries that the check holds at once. */
  readonly entries: number;
  /** Bytes that the check holds at once, by a generous estimate. */
  readonly sizeBytes: number;
}

/** One promise, and how to see whether a cache keeps it. */
export interface Check {
  /** Stable: `group/name`. */
  readonly id: string;
  readonly group: CheckGroup;
  /** What the cache promises, in one sentence. */
  readonly promise: string;
  /** What the cache must declare for the check to be asked of it. */
  readonly needs: readonly Gate[];
  readonly footprint: Footprint;
  /** How many times a target's `timeoutSeconds` the check may take. */
  readonly patience: (modelRuns: number) => number;
  /** Opens its own caches on `scene`, which closes them. Throws where the promise is broken. */
  run(scene: Scene): Promise<void>;
}

export interface CheckOptions {
  readonly needs?: readonly Gate[];
  readonly entries?: number;
  readonly sizeBytes?: number;
  readonly patience?: (modelRuns: number) => number;
}

/** Collects the checks of a group: `add(name, promise, run, options)`. */
export class CheckList {
  readonly group: CheckGroup;
  readonly checks: Check[] = [];
  readonly #needs: readonly Gate[];

  /** @param needs what every check of the list needs */
  constructor(group: CheckGroup, needs: readonly Gate[] = []) {
    this.group = group;
    this.#needs = needs;
  }

  add(name: string, promise: string, run: (scene: Scene) => Promise<void>, options: CheckOptions = {}): void {
    const { needs = [], entries = DEFAULT_FOOTPRINT.entries, sizeBytes = DEFAULT_FOOTPRINT.sizeBytes } = options;
    const { patience = () => 1 } = options;
    const id = `${this.group}/${name}`;
    this.checks.push({
      id,
      group: this.group,
      promise,
      needs: [...this.#needs, ...needs],
      footprint: { entries, sizeBytes },
      patience,
      run,
    });
  }
}
