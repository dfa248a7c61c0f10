import { lstatSync, type Stats, statfsSync } from 'node:fs';
import type { StoredEntry } from '@glovebox/cache-core';
import { KeptPayload } from './kept-payload.js';
import { entryPath, type StorePaths } from './paths.js';
import { Recent } from './recent.js';

/**
 * What a file must not have been changed for before it is looked at. The kernel dates files by a clock that lags: by a
 * tick of up to 10 ms, by more where a hypervisor keeps the processor from running that ticks, by a second on an ext4
 * with small inodes.
 */
const MARGIN_MS = 2_000;
/** Ids of which a read is remembered: more than fit in the default `hotBytes` with the smallest of values. */
const MAX_CANDIDATES = 16_384;
/** What the objects around a kept value take, in bytes. */
const SLOT_BYTES = 512;

/**
 * File systems of this machine, by the number that Linux gives them: ext2 to 4, XFS, btrfs, tmpfs, ramfs, overlayfs, ZFS,
 * F2FS, bcachefs. On all of them a file's status is that of this moment and a change of a file or its name gives it a new
 * time. Of network disks, and whatever comes through FUSE or 9p, the kernel may answer with what it knew seconds ago.
 */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x858458f6, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0xca451a4e,
]);

export interface HotEntriesOptions {
  readonly maxBytes: number;
  /** Milliseconds. @default 2000 */
  readonly marginMs?: number;
  /** Epoch milliseconds by the clock that dates files. @default the system's */
  readonly now?: () => number;
}

/** What tells a file from any that takes its place later. */
export interface Stamp {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
}

interface Slot extends Stamp {
  readonly key: string;
  readonly path: string;
  readonly entry: StoredEntry;
  readonly bytes: number;
  isUsed: boolean;
}

/**
 * Entries that were read twice, kept decoded and served as long as one `lstat` shows the file that they were read from.
 * A stamp is taken before the entry is read:
 *
 * ```
 * reader                                       writer
 * 1. lstat: the stamp of A
 *                                              2. renames B over A
 * 3. reads B, keeps it under the stamp of A
 * 4. lstat: the stamp of B; reads again
 * ```
 *
 * which is right as long as B's stamp differs from A's. It does if A and B were there at the same time, for their inodes
 * differ. If A was removed before B was made, B may have A's inode number, and within a tick of the clock A's times:
 *
 * ```
 * reader                                       writer
 *                                              1. makes A, inode 7, in tick t
 * 2. lstat: inode 7, t; reads A, keeps it
 *                                              3. removes A, makes B of A's size: inode 7, still in tick t
 * 4. lstat: inode 7, t; serves A
 * ```
 *
 * So a stamp counts only if it was old already when it was taken: B is made after that, and dated later than A even by
 * a clock that lags by the margin. (git calls a file without that distance "racily clean".)
 *
 * Entries are not read again, so damage done to a kept one is seen only if it leaves a trace in the file's times.
 */
export class HotEntries {
  readonly #paths: StorePaths;
  readonly #maxBytes: number;
  readonly #marginMs: number;
  readonly #now: () => number;
  /** In the order in which they came, or were passed over by {@link #makeRoom} for having been used. */
  readonly #slots = new Map<string, Slot>();
  /** Of ids that were read, the time from which a stamp may be old enough. */
  readonly #candidates = new Recent<number>(MAX_CANDIDATES);
  #bytes = 0;
  #isTrusted: boolean | undefined;

  constructor(paths: StorePaths, { maxBytes, marginMs = MARGIN_MS, now = Date.now }: HotEntriesOptions) {
    this.#paths = paths;
    this.#maxBytes = maxBytes;
    this.#marginMs = marginMs;
    this.#now = now;
  }

  /** The entry of `key`, if it is kept and its file unchanged. @throws the system's error if the file can't be looked at */
  find(id: string, key: string): StoredEntry | undefined {
    const slot = this.#slots.get(id);
    if (slot === undefined || slot.key !== key) return undefined;
    const stats = lstatSync(slot.path, NO_THROW);
    if (stats !== undefined && isStampOf(stats, slot)) {
      slot.isUsed = true;
      return slot.entry;
    }
    this.forget(id);
    return undefined;
  }

  /** To be told of an entry that was read without being kept. Most are read once: the second read is early enough. */
  noteRead(id: string): void {
    if (this.#candidates.get(id) === undefined) this.#candidates.set(id, 0);
  }

  /** The stamp to keep an entry under that is read next; `undefined` if it is not to be kept. */
  stamp(id: string): Stamp | undefined {
    const tryFrom = this.#candidates.get(id);
    if (tryFrom === undefined) return undefined;
    const now = this.#now();
    if (now < tryFrom || !this.#canTrustStamps()) return undefined;
    const stats = lstatSync(entryPath(this.#paths, id), NO_THROW);
    if (stats === undefined || !stats.isFile()) {
      this.#candidates.delete(id);
      return undefined;
    }
    const oldFrom = stats.ctimeMs + this.#marginMs;
    if (oldFrom > now) {
      this.#candidates.set(id, oldFrom);
      return undefined;
    }
    return { inode: stats.ino, size: stats.size, modifiedMs: stats.mtimeMs, changedMs: stats.ctimeMs };
  }

  /** Keeps an entry that was read after its stamp was taken. @returns the entry, with a payload that copies what is kept */
  keep(id: string, key: string, stamp: Stamp, entry: StoredEntry): StoredEntry {
    const payload = new KeptPayload(entry.payload);
    const bytes = SLOT_BYTES + payload.weight;
    // One entry must not push out all others.
    if (bytes > this.#maxBytes / 2) return entry;
    this.forget(id);
    this.#makeRoom(bytes);
    const kept = { ...entry, payload };
    this.#slots.set(id, { ...stamp, key, path: entryPath(this.#paths, id), entry: kept, bytes, isUsed: false });
    this.#bytes += bytes;
    return kept;
  }

  /** To be called for what is written or removed here: frees the memory at once. */
  forget(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#bytes -= slot.bytes;
  }

  /** Removes the oldest first, but gives those that were used meanwhile another round. */
  #makeRoom(bytes: number): void {
    for (const [id, slot] of this.#slots) {
      if (this.#bytes + bytes <= this.#maxBytes) return;
      this.#slots.delete(id);
      if (slot.isUsed) {
        slot.isUsed = false;
        this.#slots.set(id, slot);
      } else {
        this.#bytes -= slot.bytes;
      }
    }
  }

  #canTrustStamps(): boolean {
    this.#isTrusted ??= isLocal(this.#paths.dataDir);
    return this.#isTrusted;
  }
}

const NO_THROW = { throwIfNoEntry: false } as const;

function isStampOf(stats: Stats, stamp: Stamp): boolean {
  return (
    stats.ino === stamp.inode &&
    stats.ctimeMs === stamp.changedMs &&
    stats.size === stamp.size &&
    stats.mtimeMs === stamp.modifiedMs
  );
}

function isLocal(path: string): boolean {
  // Elsewhere the numbers mean something else, or nothing.
  if (process.platform !== 'linux') return false;
  try {
    return LOCAL_FILE_SYSTEMS.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
