import type { CacheManager } from '@glovebox/cache-core';

/** A namespace that sequences work in, by the names that lead there. */
export class Space {
  readonly names: readonly string[];

  constructor(...names: string[]) {
    this.names = names;
  }

  in(cache: CacheManager): CacheManager {
    return this.names.reduce((parent, name) => parent.namespace(name), cache);
  }

  toString(): string {
    return this.names.map((name) => `namespace('${name}')`).join('.');
  }
}

/** Named like keys and like each other, one of them within another. */
export const SPACES: readonly Space[] = [new Space('a'), new Space('a', 'b'), new Space('a/b'), new Space('A')];

/** What the model knows a key by: the key itself in the cache, and with its namespace before it elsewhere. */
export function idOf(space: Space | undefined, key: string): string {
  return space === undefined ? key : `${space}\n${key}`;
}

/** The namespace and the key of an id. */
export function placeOf(id: string): { readonly space: Space | undefined; readonly key: string } {
  const end = id.indexOf('\n');
  if (end === -1) return { space: undefined, key: id };
  const name = id.slice(0, end);
  return { space: SPACES.find((space) => `${space}` === name), key: id.slice(end + 1) };
}

export function isIn(space: Space | undefined, id: string): boolean {
  return placeOf(id).space === space;
}
