import { setTimeout as delay } from 'node:timers/promises';
import { FileCache } from '../file-cache.ts';

/** A removal that another process was quicker at counts as one's own. */
export class BrokenCache extends FileCache {
  protected override async removeEntry(key: string): Promise<boolean> {
    const wasThere = (await this.readEntry(key)) !== undefined;
    await delay(2);
    await super.removeEntry(key);
    return wasThere;
  }
}

export const caughtBy = ['processes/delete-once'];
