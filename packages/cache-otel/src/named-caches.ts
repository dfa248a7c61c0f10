import { type CacheManager, type OperationTrace, originOf } from '@glovebox/cache-core';

interface NamedPart {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** The caches that are to be told of, by the names that they are told under. */
export class NamedCaches {
  readonly #parts = new Map<CacheManager, NamedPart[]>();
  #isAsking = false;

  /** @throws CacheError `CACHE_CLOSED` */
  constructor(caches: Readonly<Record<string, CacheManager>>) {
    for (const [name, cache] of Object.entries(caches)) {
      const { instance, namespace } = originOf(cache);
      this.#parts.set(instance, [...(this.#parts.get(instance) ?? []), { name, namespace }]);
    }
  }

  /** Starts an operation that is none of the program's, and so not to be told. */
  ask<R>(operation: () => R): R {
    this.#isAsking = true;
    try {
      return operation();
    } finally {
      this.#isAsking = false;
    }
  }

  /**
   * The name for an operation that starts: that of its namespace if it has one, else that of the whole cache; `undefined`
   * if it is not to be told.
   */
  nameOf({ instance, namespace }: OperationTrace): string | undefined {
    if (this.#isAsking) return undefined;
    const parts = this.#parts.get(instance);
    const whole = parts?.find((part) => part.namespace === undefined);
    const part = namespace === undefined ? whole : parts?.find((each) => each.namespace === namespace);
    return (part ?? whole)?.name;
  }
}
