import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A value with a field named `__proto__` changes all objects of the process. */
export class BrokenCache extends ReferenceCache {
  protected override writeEntry(key: string, entry: StoredEntry): void {
    super.writeEntry(key, entry);
    if (!String(entry.payload.data).includes('__proto__')) return;
    Object.defineProperty(Object.prototype, 'polluted', { value: true, configurable: true });
  }

  protected override closeStore(): void {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  }
}

export const caughtBy = ['values/no-pollution'];
