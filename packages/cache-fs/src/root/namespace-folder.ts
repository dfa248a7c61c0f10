import { createHash } from 'node:crypto';
import { CacheError, describeValue } from '@glovebox/cache-core';

export const NAMESPACE_PREFIX = 'ns_';
/** Means the same on every file system: no capitals, no dot at the end, nothing that Windows or Unicode would change. */
const PLAIN = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/**
 * The folder of a namespace. Two names never share one, not even where letter case or Unicode form does not count: a
 * name that is not plain (small letters, digits, `.`, `_`, `-`, at most 64) is followed by `~` and its hash.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function namespaceFolder(namespace: string): string {
  const rule = namespaceRule(namespace);
  if (rule !== undefined) {
    throw new CacheError('CACHE_INVALID_CONFIG', `namespace is ${describeValue(namespace)}; allowed is ${rule}`);
  }
  if (PLAIN.test(namespace)) return NAMESPACE_PREFIX + namespace;
  const readable = namespace
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 32);
  return `${NAMESPACE_PREFIX}${readable}~${createHash('sha256').update(namespace).digest('hex').slice(0, 32)}`;
}

/** What a namespace has to be, if `value` can't be one. */
export function namespaceRule(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.isWellFormed()
    ? undefined
    : 'text that is not empty and has no lone surrogate';
}
