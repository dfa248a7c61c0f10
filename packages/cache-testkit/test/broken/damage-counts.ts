import type { StoreTotals } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** The totals count what nobody can read. */
export class BrokenCache extends SerializedCache {
  protected override healEntry(): void {}

  protected override measureStore(): StoreTotals {
    const sizes = [...this.disk.values()].map((parts) => parts[1]?.byteLength ?? 0);
    return { totalEntries: sizes.length, totalSizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
  }
}

export const caughtBy = ['damage/totals'];
