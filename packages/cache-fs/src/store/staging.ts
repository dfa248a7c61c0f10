import { closeSync, fsyncSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, unlink, writeFile } from 'node:fs/promises';
import { FILE_MODE } from '../safe-files.js';
import { ignoreMissing } from './faults.js';

/** With the encoding, Node makes, writes and closes a text's file in one go; without it, step by step from JavaScript. */
const NEW_FILE = { flag: 'wx', mode: FILE_MODE, encoding: 'utf8' } as const;

/** Writes files that nobody looks at yet, and makes what was written last through a power cut where that was asked for. */
export class Staging {
  readonly #isDurable: boolean;
  readonly #discarding = new Set<Promise<void>>();

  constructor(durability: 'process' | 'power') {
    this.#isDurable = durability === 'power';
  }

  /** Makes a file that must not be there yet. */
  write(path: string, data: string | Uint8Array): void {
    if (!this.#isDurable) {
      writeFileSync(path, data, NEW_FILE);
      return;
    }
    const file = openSync(path, NEW_FILE.flag, FILE_MODE);
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  async writeThroughPool(path: string, data: string | Uint8Array): Promise<void> {
    if (!this.#isDurable) {
      await writeFile(path, data, NEW_FILE);
      return;
    }
    const file = await open(path, NEW_FILE.flag, FILE_MODE);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes what was written to an open file last. */
  async syncFile(file: FileHandle): Promise<void> {
    if (this.#isDurable) await file.sync();
  }

  /** Makes the names in a folder last: a rename or removal, or a file made there. */
  syncFolder(folder: string): void {
    if (!this.#syncsFolders) return;
    const file = openSync(folder, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  async syncFolderThroughPool(folder: string): Promise<void> {
    if (!this.#syncsFolders) return;
    const file = await open(folder, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /**
   * Removes what a write has staged. What can't be removed now is tried once more, and swept later: an error that led here is
   * the one to tell.
   */
  discard(path: string): void {
    if (!this.discardNow(path)) this.discardLater(path);
  }

  /** Removes a file whose name may soon be another's: now or not at all. Whether it is gone. */
  discardNow(path: string): boolean {
    try {
      ignoreMissing(() => unlinkSync(path));
      return true;
    } catch {
      return false;
    }
  }

  /** As {@link discard}, later and through the pool, without another attempt; of a name that nobody uses again. */
  discardLater(path: string): void {
    const discarding = unlink(path)
      .catch(() => {})
      .finally(() => this.#discarding.delete(discarding));
    this.#discarding.add(discarding);
  }

  /** Resolves when what was to be discarded later is. */
  async whenDiscarded(): Promise<void> {
    await Promise.all(this.#discarding);
  }

  get #syncsFolders(): boolean {
    // Windows has no such call.
    return this.#isDurable && process.platform !== 'win32';
  }
}
