import { closeSync, fsyncSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, unlink, writeFile } from 'node:fs/promises';
import { FILE_MODE } from '../safe-files.js';
import { ignoreMissing } from './faults.js';

/** `wx` makes a file that must not be there yet, `r+` writes over one that is. */
export type StagingFlag = 'wx' | 'r+';

/** Writes files that nobody looks at yet, and makes what was written last through a power cut where that was asked for. */
export class Staging {
  readonly #isDurable: boolean;

  constructor(durability: 'process' | 'power') {
    this.#isDurable = durability === 'power';
  }

  write(path: string, text: string, flag: StagingFlag): void {
    if (!this.#isDurable) {
      writeFileSync(path, text, { flag, mode: FILE_MODE });
      return;
    }
    const file = openSync(path, flag, FILE_MODE);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  async writeThroughPool(path: string, data: string | Uint8Array, flag: StagingFlag): Promise<void> {
    if (!this.#isDurable) {
      await writeFile(path, data, { flag, mode: FILE_MODE });
      return;
    }
    const file = await open(path, flag, FILE_MODE);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes an empty file, whose presence is all that matters. */
  async mark(path: string): Promise<void> {
    await writeFile(path, '', { flag: 'wx', mode: FILE_MODE });
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

  /** Removes what a failed write has left. What can't be removed now is swept later: the error that led here is the one to tell. */
  discard(path: string): void {
    try {
      ignoreMissing(() => unlinkSync(path));
    } catch {
      // See above.
    }
  }

  /** As {@link discard}, later and through the pool. */
  discardLater(path: string): void {
    unlink(path).catch(() => {});
  }

  get #syncsFolders(): boolean {
    // Windows has no such call.
    return this.#isDurable && process.platform !== 'win32';
  }
}
