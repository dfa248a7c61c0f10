import { CONFIGURATIONS, type ConfigurationName } from './configurations.js';
import type { Gate } from './gates.js';
import type { Scene } from './scene.js';

/** Groups of checks, in the order in which they run. */
export const CHECK_GROUPS = [
  'keys',
  'values',
  'ttl',
  'sliding',
  'metadata',
  'stats',
  'limits',
  'tags',
  'namespaces',
  'getOrSet',
  'atomic',
  'streams',
  'batches',
  'typed',
  'events',
  'tracing',
  'lifecycle',
  'isolation',
  'persistence',
  'processes',
  'crashes',
  'damage',
  'faults',
  'model',
] as const;

export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** Most that a check holds at once where it says nothing else: the limits of the tightest configuration. */
const DEFAULT_FOOTPRINT = { entries: 8, sizeBytes: 1 << 20 };

/** How much is asked by checks that can ask more or less. */
export const SCALES = ['quick', 'full'] as const;

export type Scale = (typeof SCALES)[number];

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
  /** Those in which it runs. */
  readonly configurations: readonly ConfigurationName[];
  /** Real time that it may take, if that is more than the target's. */
  readonly timeoutSeconds: Readonly<Record<Scale, number>>;
  /** Opens its own caches on `scene`, which closes them. Throws where the promise is broken. */
  run(scene: Scene): Promise<void>;
}

export interface CheckOptions {
  readonly needs?: readonly Gate[];
  /** @default both */
  readonly configurations?: readonly ConfigurationName[];
  /** @default what the target allows */
  readonly timeoutSeconds?: Readonly<Record<Scale, number>>;
  readonly entries?: number;
  readonly sizeBytes?: number;
  readonly patience?: (modelRuns: number) => number;
}

/** Collects the checks of a group: `add(name, promise, run, options)`. */
export class CheckList {
  readonly group: CheckGroup;
  readonly checks: Check[] = [];
  readonly #needs: readonly Gate[];
  readonly #defaults: CheckOptions;

  /**
   * @param needs what every check of the list needs
   * @param defaults options of those that say nothing else
   */
  constructor(group: CheckGroup, needs: readonly Gate[] = [], defaults: CheckOptions = {}) {
    this.group = group;
    this.#needs = needs;
    this.#defaults = defaults;
  }

  add(name: string, promise: string, run: (scene: Scene) => Promise<void>, options: CheckOptions = {}): void {
    const {
      needs = [],
      entries = DEFAULT_FOOTPRINT.entries,
      sizeBytes = DEFAULT_FOOTPRINT.sizeBytes,
      patience = () => 1,
      configurations = CONFIGURATIONS,
      timeoutSeconds = { quick: 0, full: 0 },
    } = { ...this.#defaults, ...options };
    this.checks.push({
      id: `${this.group}/${name}`,
      group: this.group,
      promise,
      needs: [...this.#needs, ...needs],
      footprint: { entries, sizeBytes },
      patience,
      configurations,
      timeoutSeconds,
      run,
    });
  }
}
