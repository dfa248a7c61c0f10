import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { checksumText, crc32 } from '../../src/store/checksum.js';

/** Bytes of which no two stretches are the same, in pieces. */
export function* pieces(length: number, seed = 0): Generator<Buffer> {
  for (let start = 0; start < length; start += 50_000) {
    const piece = Buffer.alloc(Math.min(50_000, length - start));
    for (let index = 0; index + 4 <= piece.length; index += 4) piece.writeUInt32LE(seed + start + index, index);
    yield piece;
  }
}

export function bytes(length: number, seed = 0): Buffer {
  return Buffer.concat([...pieces(length, seed)]);
}

/** What a stream gives, and the code that it fails with. */
export async function outcome(stream: Readable | undefined): Promise<{ given: Buffer; code?: string }> {
  const given: Buffer[] = [];
  try {
    for await (const piece of stream ?? []) given.push(piece);
  } catch (error) {
    return { given: Buffer.concat(given), code: String((error as NodeJS.ErrnoException).code) };
  }
  return { given: Buffer.concat(given) };
}

/** A source that gives its pieces and then waits until it is told to end. */
export function held(source: Iterable<Buffer>): { source: AsyncIterable<Buffer>; waiting: Promise<void>; end(): void } {
  let end: () => void = () => {};
  let reached: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const waiting = new Promise<void>((resolve) => {
    reached = resolve;
  });
  async function* given() {
    yield* source;
    reached();
    await ended;
  }
  return { source: given(), waiting, end };
}

/** Everything in the folders where something may be left: staging files and blobs. */
export function files(root: string): { tmp: string[]; blobs: string[] } {
  return { tmp: readdirSync(join(root, 'tmp')), blobs: readdirSync(join(root, 'data', 'blobs')) };
}

/** Replaces the value's place in an entry file, and makes the checksum right again. */
export function withValueText(path: string, valueText: string): string {
  const [head = ''] = readFileSync(path, 'utf8').split('\n');
  const fields = head.slice(0, head.lastIndexOf(',"checksum"'));
  return `${fields},"checksum":"${checksumText(crc32(valueText, crc32(fields)))}"},\n"value":${valueText}}\n`;
}
