import { checkEntries, checkKey, checkPair, resolveSetOptions } from './checks.js';
import type { StoreAccess } from './store-access.js';
import type { SetOptions } from './types.js';

/** Parallel reads that `getMany` asks of a backend whose hooks return promises. */
const BATCH_SIZE = 64;

/** The hits among checked keys, in their order. */
export async function getMany<T>(store: StoreAccess<unknown>, keys: readonly string[]): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  // A copy: the caller's array may change while the batches are awaited.
  const wanted = [...keys];
  if (!store.isReady() && !(await store.openForRead('get', ...wanted))) return found;
  return store.entered(async () => {
    for (let start = 0; start < wanted.length; start += BATCH_SIZE) {
      const batch = wanted.slice(start, start + BATCH_SIZE);
      const hits = await Promise.all(batch.map((key) => store.read('get', key)));
      hits.forEach((hit, index) => {
        if (hit !== undefined) found.set(batch[index] as string, hit.value as T);
      });
    }
    return found;
  });
}

/** Everything is checked and encoded before anything is stored: a mistake in the last entry stores none. */
export async function setMany<P>(
  store: StoreAccess<P>,
  entries: Iterable<readonly [string, unknown, SetOptions?]>,
  onWrite: (key: string) => void,
): Promise<number> {
  checkEntries(entries);
  let mark: unknown;
  const drafts = Array.from(entries, (entry) => {
    checkPair(entry);
    const [key, value, options] = entry;
    checkKey(key);
    const settings = resolveSetOptions(options, store.defaultTtlSeconds, key);
    // One moment for all: later ones are stored after others were awaited, but were handed over now.
    if (settings.tags.length > 0 && store.isReady()) mark ??= store.markTags();
    return { ...store.draft(key, value, settings), tagMark: mark };
  });
  if (!store.isReady() && !(await store.openStore())) return 0;
  // One operation to `close`, which must not release the store between two entries.
  return store.entered(async () => {
    let stored = 0;
    for (const draft of drafts) {
      onWrite(draft.key);
      if (await store.store('set', draft)) stored++;
    }
    return stored;
  });
}

/** How many of the checked keys had a live entry. */
export function deleteMany(store: StoreAccess<unknown>, keys: readonly string[]): Promise<number> {
  const unwanted = [...keys];
  return store.guarded('delete', undefined, 0, async () => {
    let deleted = 0;
    for (const key of unwanted) {
      if (await store.attempt('delete', key, false, () => store.remove(key))) deleted++;
    }
    return deleted;
  });
}
