import { ReferenceCache } from '../reference-cache.js';

/** A delete that finds nothing is told. */
export class BrokenCache extends ReferenceCache {
  override async delete(key: string): Promise<boolean> {
    const isDeleted = await super.delete(key);
    if (!isDeleted) this.emit('delete', key);
    return isDeleted;
  }

  override async deleteMany(keys: readonly string[]): Promise<number> {
    let deleted = 0;
    for (const key of keys) if (await this.delete(key)) deleted++;
    return deleted;
  }
}

export const caughtBy = ['events/reads-and-writes', 'events/batches'];
