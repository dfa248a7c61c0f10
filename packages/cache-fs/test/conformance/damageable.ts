import {
  closeSync,
  constants,
  ftruncateSync,
  futimesSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ConformanceTarget, StoreContext, StoredBytes } from '@glovebox/cache-testkit';
import type { FilesystemCacheOptions } from '../../src/index.js';
import { checksumText, crc32 } from '../../src/store/checksum.js';
import { entryId } from '../../src/store/entry-id.js';
import { filesystemTarget } from './target.js';

let changes = 0;

/** A target whose stored bytes can be damaged, and whose store can be made to fail. */
export function damageableTarget(
  name: string,
  options: FilesystemCacheOptions = {},
  transforms?: string,
): ConformanceTarget {
  return { ...filesystemTarget(name, options, transforms), corrupt, breakStore };
}

/** An entry file, and the blob that it may name. */
const corrupt: StoredBytes = {
  read: (key, context) => filesOf(key, context).map((path) => readFileSync(path)),
  write(key, parts, context) {
    const paths = filesOf(key, context);
    // What was removed as damaged has its place still; of blobs, only the entry knows the name.
    const places = paths.length > 0 ? paths : [entryFile(key, context)];
    for (const [index, place] of places.entries()) {
      const part = parts[index];
      if (part === undefined) unlinkSync(place);
      else overwrite(place, part);
    }
  },
  makeNewer(key, context) {
    const path = entryFile(key, context);
    const [head = '', value = ''] = readFileSync(path, 'utf8').split('\n"value":');
    const fields = head.slice(0, head.lastIndexOf(',"checksum"')).replace('"v":1', '"v":2');
    const valueText = value.slice(0, -'}\n'.length);
    const checksum = checksumText(crc32(valueText, crc32(fields)));
    overwrite(path, Buffer.from(`${fields},"checksum":"${checksum}"},\n"value":${valueText}}\n`));
  },
};

function filesOf(key: string, context: StoreContext): string[] {
  const data = join(context.directory, 'data');
  const blobs = join(data, 'blobs');
  return [
    ...readdirSync(data).map((file) => join(data, file)),
    ...readdirSync(blobs).map((file) => join(blobs, file)),
  ].filter((path) => path.includes(`/${entryId(key)}.`));
}

function entryFile(key: string, context: StoreContext): string {
  return join(context.directory, 'data', `${entryId(key)}.json`);
}

/** In place, as a disk damages: a rename over the file costs ten times as much. */
function overwrite(path: string, bytes: Uint8Array): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
  try {
    ftruncateSync(file, bytes.byteLength);
    writeSync(file, bytes, 0, bytes.byteLength, 0);
    // Two changes within a tick of the file system's clock would have one date.
    const seconds = ++changes;
    futimesSync(file, seconds, seconds);
  } finally {
    closeSync(file);
  }
}

/** A link that leads to itself takes the place of the entries' folder: whatever is done there fails, for root too. */
function breakStore(context: StoreContext): () => void {
  const data = join(context.directory, 'data');
  const aside = join(context.directory, 'aside');
  renameSync(data, aside);
  symlinkSync(data, data);
  return () => {
    rmSync(data);
    renameSync(aside, data);
  };
}
