import { setImmediate as nextTurn } from 'node:timers/promises';
import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

/** The key that all processes stream to and from. */
export const STREAM_KEY = 'stream';

export interface StreamArgs {
  readonly part: 'writer' | 'reader';
  /** Values that a writer stores; `null` for one that never ends. A reader reads until it is told to stop. */
  readonly rounds: number | null;
}

export interface StreamResult {
  /** Streams that were stored or read whole. */
  readonly whole: number;
  readonly missed: number;
  /** What was wrong with what was read. */
  readonly wrong: readonly string[];
}

/** Every number in it is `seed`, which decides the length, too. */
export function streamOf(seed: number): Buffer {
  const bytes = Buffer.alloc(400_000 + (seed % 7) * 100_000);
  for (let index = 0; index < bytes.length; index += 4) bytes.writeUInt32LE(seed, index);
  return bytes;
}

/** Streams values to one key, or reads it again and again and looks whether what it gets is one value, whole. */
export async function stream({
  args,
  number,
  open,
  report,
  signal,
}: RoutineContext<StreamArgs>): Promise<StreamResult> {
  const cache = await open();
  const wrong: string[] = [];
  let [whole, missed] = [0, 0];
  if (args.part === 'writer') {
    for (let round = 0; round < (args.rounds ?? 1); round++) {
      const pieces = slowly(streamOf(number * 1_000 + round), args.rounds === null ? report : undefined);
      if (await cache.setStream(STREAM_KEY, pieces)) whole++;
    }
    return { whole, missed, wrong };
  }
  while (!signal.aborted) {
    const pieces: Uint8Array[] = [];
    const opened = await cache.getStream(STREAM_KEY);
    for await (const piece of opened ?? []) pieces.push(piece);
    if (opened === undefined) missed++;
    else if (isOneValue(Buffer.concat(pieces))) whole++;
    else wrong.push(`${Buffer.concat(pieces).byteLength} bytes that are no value that was stored`);
    await nextTurn();
  }
  return { whole, missed, wrong };
}

export const streamRoutine = routineOf(import.meta.url, stream);

/** @param onLast called when all but the end was given; then there is no end */
async function* slowly(bytes: Buffer, onLast?: (message: string) => void): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 50_000) {
    await nextTurn();
    yield bytes.subarray(start, start + 50_000);
  }
  if (onLast === undefined) return;
  onLast('all but the end was given');
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
}

function isOneValue(bytes: Buffer): boolean {
  return bytes.byteLength >= 4 && bytes.equals(streamOf(bytes.readUInt32LE(0)));
}
