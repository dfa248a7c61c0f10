import { createHash } from 'node:crypto';
import {
  type BaseCacheOptions,
  type CacheCapabilities,
  CacheError,
  type CacheMetadata,
  describeEntry,
  type EncodedValue,
  type StoredEntry,
} from '@glovebox/cache-core';
import type { ConformanceTarget, StoreContext } from '@glovebox/cache-testkit';
import { CAPABILITIES, ReferenceCache } from './reference-cache.js';

/** A header and the bytes of the value, which stand apart in the store. */
export type Parts = readonly Uint8Array[];

interface Disk {
  readonly entries: Map<string, Parts>;
  isBroken: boolean;
}

export type Header = CacheMetadata &
  Pick<StoredEntry, 'graceUntil' | 'isSliding'> & { readonly v: number; readonly encoding: EncodedValue['encoding'] };

const CHECKSUM_LENGTH = 40;
const disks = new Map<string, Disk>();

function diskOf({ directory }: StoreContext): Disk {
  const disk = disks.get(directory) ?? { entries: new Map(), isBroken: false };
  disks.set(directory, disk);
  return disk;
}

/** A right backend that keeps bytes, which can be damaged, in a store that can fail. */
export class SerializedCache extends ReferenceCache {
  /** How the checks get at the bytes, and make the store fail. */
  static override readonly targetFields: Partial<ConformanceTarget> = {
    // The name of a directory that is gone may be given again.
    discard: ({ directory }) => void disks.delete(directory),
    corrupt: {
      read: (key, context) => diskOf(context).entries.get(key) ?? [],
      write(key, parts, context) {
        diskOf(context).entries.set(
          key,
          parts.map((part) => part ?? new Uint8Array()),
        );
      },
      makeNewer(key, context) {
        const [header = new Uint8Array(), value = new Uint8Array()] = diskOf(context).entries.get(key) ?? [];
        const fields = JSON.parse(Buffer.from(header).subarray(CHECKSUM_LENGTH).toString());
        diskOf(context).entries.set(key, sealed(JSON.stringify({ ...fields, v: 2 }), value, checksum));
      },
    },
    breakStore(context) {
      const disk = diskOf(context);
      disk.isBroken = true;
      return () => {
        disk.isBroken = false;
      };
    },
  };

  override readonly capabilities: CacheCapabilities = { ...CAPABILITIES, persistent: true };
  readonly #disk: Disk;

  constructor(options: BaseCacheOptions, context: StoreContext) {
    super(options);
    this.#disk = diskOf(context);
  }

  /** Loses everything, of a store that fails too. */
  protected forgetAll(): void {
    this.#disk.entries.clear();
  }

  /** The store, if it works. */
  protected get disk(): Map<string, Parts> {
    if (this.#disk.isBroken) throw Object.assign(new Error('the store is gone'), { code: 'EIO' });
    return this.#disk.entries;
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const parts = this.disk.get(key);
    if (parts === undefined) return undefined;
    const header = this.parse(parts);
    if (header === undefined) return undefined;
    if (!this.isOf(header, key)) throw new CacheError('CACHE_CORRUPT_ENTRY', 'the entry is that of another key');
    const { encoding } = header;
    const bytes = Buffer.from(parts[1] ?? []);
    const data = encoding === 'json' || encoding === 'tagged' ? bytes.toString() : new Uint8Array(bytes);
    return { ...header, payload: { encoding, data } };
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    const { encoding, data } = entry.payload;
    const { graceUntil, isSliding } = entry;
    const header = { v: 1, ...describeEntry(key, entry, entry, entry.createdAt), graceUntil, isSliding, encoding };
    this.disk.set(key, sealed(JSON.stringify(header), Buffer.from(data), this.sumOf));
  }

  protected override removeEntry(key: string): boolean {
    return this.disk.delete(key);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const [key, parts] of this.disk) {
      const header = this.headerToList(parts);
      if (header !== undefined && this.isOf(header, key)) yield describeEntry(key, header, header, this.clock.now());
    }
  }

  /** The header of an entry; `undefined` if it is of a later format. */
  protected parse(parts: Parts): Header | undefined {
    const [header = new Uint8Array(), value = new Uint8Array()] = parts;
    const sum = Buffer.from(header.subarray(0, CHECKSUM_LENGTH)).toString('latin1');
    const fields = header.subarray(CHECKSUM_LENGTH);
    if (!this.isIntact(sum, fields, value)) throw new CacheError('CACHE_CORRUPT_ENTRY', 'a wrong checksum');
    const parsed: Header = JSON.parse(Buffer.from(fields).toString());
    return this.isReadable(parsed) ? parsed : undefined;
  }

  /** What stands in a header, whether or not its checksum is right. */
  protected fieldsOf(header: Uint8Array): Header | undefined {
    try {
      return JSON.parse(Buffer.from(header.subarray(CHECKSUM_LENGTH)).toString());
    } catch {
      return undefined;
    }
  }

  protected isIntact(sum: string, fields: Uint8Array, value: Uint8Array): boolean {
    return this.sumOf(fields, value) === sum;
  }

  protected sumOf(fields: Uint8Array, value: Uint8Array): string {
    return checksum(fields, value);
  }

  protected isOf(header: CacheMetadata, key: string): boolean {
    return header.key === key;
  }

  protected isReadable({ v }: Header): boolean {
    return v === 1;
  }

  protected headerToList(parts: Parts): Header | undefined {
    try {
      return this.parse(parts);
    } catch {
      return undefined;
    }
  }
}

function sealed(fields: string, value: Uint8Array, sumOf: typeof checksum): Parts {
  return [Buffer.from(sumOf(Buffer.from(fields), value) + fields), value];
}

export function checksum(...parts: Parts): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(`${part.byteLength}:`).update(part);
  return hash.digest('hex');
}
