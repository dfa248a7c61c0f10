import { checkTags, type ResolvedSetOptions } from './checks.js';
import { parseTtl } from './duration.js';
import type { ResolvedGetOrSetOptions } from './get-or-set-options.js';
import type { Flight } from './single-flight.js';
import type { FactoryContext, Ttl } from './types.js';

/** What one run of a factory is given, and what it decided by it. */
export class FactoryRun implements FactoryContext {
  readonly #key: string;
  readonly #flight: Flight<unknown>;
  readonly #settings: ResolvedGetOrSetOptions;
  readonly #readPrevious: () => unknown;
  #ttlSeconds: number | null;
  #tags: readonly string[];
  #isSkipped = false;

  /** @param readPrevious a value that nobody else holds, `undefined` if there is none */
  constructor(key: string, flight: Flight<unknown>, settings: ResolvedGetOrSetOptions, readPrevious: () => unknown) {
    this.#key = key;
    this.#flight = flight;
    this.#settings = settings;
    this.#readPrevious = readPrevious;
    this.#ttlSeconds = settings.ttlSeconds;
    this.#tags = settings.tags;
  }

  get signal(): AbortSignal {
    return this.#flight.signal;
  }

  get previous(): unknown {
    return this.#readPrevious();
  }

  // Properties and not methods, since factories take their context apart.
  readonly setTtl = (ttl: Ttl): void => {
    this.#ttlSeconds = parseTtl(ttl, this.#key);
  };

  readonly setTags = (tags: readonly string[]): void => {
    this.#tags = checkTags(tags, this.#key);
  };

  readonly skip = (): void => {
    this.#isSkipped = true;
  };

  /** Whether what the factory returned is to be stored. */
  wants(value: unknown): boolean {
    return !this.#isSkipped && (this.#settings.shouldCache?.(value) ?? true);
  }

  /** @param random from 0 to 1: how much of the jitter is taken */
  setOptions(random: number): ResolvedSetOptions {
    const { graceMs, jitter, isSliding } = this.#settings;
    const ttlSeconds = this.#ttlSeconds === null ? null : this.#ttlSeconds * (1 - jitter * random);
    return { ttlSeconds, tags: this.#tags, graceMs, isSliding };
  }
}
