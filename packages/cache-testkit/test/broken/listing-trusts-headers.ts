import { type CacheMetadata, describeEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** Headers are listed as they stand, without a look at their checksums. */
export class BrokenCache extends SerializedCache {
  protected override *listEntries(): Generator<CacheMetadata> {
    for (const [header = new Uint8Array()] of this.disk.values()) {
      const fields = this.fieldsOf(header);
      if (fields !== undefined) yield describeEntry(fields.key, fields, fields, this.clock.now());
    }
  }
}

export const caughtBy = ['damage/listing', 'damage/copied'];
