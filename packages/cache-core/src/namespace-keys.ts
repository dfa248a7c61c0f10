/** Stands before and after the names of a namespace: no key that a program makes up begins with it. */
export const NAMESPACE_MARK = '\u001f';

/** Where an entry is: in the cache itself, or in a namespace of it. */
export interface KeyPlace {
  /** Names as `encodeURIComponent` writes them, the outermost first, with slashes between. */
  readonly namespace?: string;
  /** As the users of the namespace know it. */
  readonly key: string;
}

/** What begins the stored keys of a namespace. */
export function prefixOf(namespace: string): string {
  return `${NAMESPACE_MARK}${namespace}${NAMESPACE_MARK}`;
}

/** The place of a key as the store knows it. */
export function placeOf(storedKey: string): KeyPlace {
  const end = storedKey.startsWith(NAMESPACE_MARK) ? storedKey.indexOf(NAMESPACE_MARK, 1) : -1;
  return end < 0 ? { key: storedKey } : { namespace: storedKey.slice(1, end), key: storedKey.slice(end + 1) };
}
