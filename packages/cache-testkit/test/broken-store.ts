import type { CacheParts } from '@glovebox/cache-core';

/** What typed caches are made of, some steps of the store replaced: a fault that only they have. */
export function withStore<P>(
  parts: CacheParts<P>,
  replace: (store: CacheParts<P>['store']) => Partial<CacheParts<P>['store']>,
): CacheParts<P> {
  return { ...parts, store: { ...parts.store, ...replace(parts.store) } };
}
