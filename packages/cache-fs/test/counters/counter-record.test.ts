import { createCounters } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_BYTES,
  CounterBlock,
  decodeRecord,
  encodeRecord,
  RECORD_BYTES,
} from '../../src/counters/counter-record.js';
import { processIdentity } from '../../src/process-identity.js';

function record(count: number): Uint8Array {
  const block = new CounterBlock();
  block.fill(createCounters().fill(count), count, count * 500);
  return encodeRecord(block, processIdentity());
}

describe('the record of a writer', () => {
  it('has one length, and comes back', () => {
    for (const count of [0, 1, 123_456, 2 ** 53]) {
      const bytes = record(count);
      expect(bytes.length).toBe(RECORD_BYTES);
      expect(decodeRecord(bytes)).toEqual({
        counters: createCounters().fill(count),
        entries: count,
        bytes: count * 500,
        identity: processIdentity(),
        isClosed: false,
      });
    }
  });

  it('holds an identity as long as they get', () => {
    const identity = {
      ...processIdentity(),
      host: 'ü'.repeat(126),
      thread: { id: 9, tid: 4194304, startTime: '9'.repeat(20) },
    };
    const block = new CounterBlock();
    block.fill(createCounters(), 0, 0);
    expect(decodeRecord(encodeRecord(block, identity))?.identity).toEqual(identity);
  });

  it('says when its writer has closed', () => {
    const block = new CounterBlock();
    block.fill(createCounters().fill(7), 7, 7);
    block.markClosed();
    expect(decodeRecord(encodeRecord(block, processIdentity()))).toMatchObject({ isClosed: true, entries: 7 });
  });

  it('is refused with any bit of the block flipped', () => {
    const bytes = record(41);
    for (let bit = 0; bit < BLOCK_BYTES * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeRecord(flipped), `bit ${bit}`).toBeUndefined();
    }
  });

  it('is refused when torn between two writes, at any byte', () => {
    for (let count = 0; count < 70; count++) {
      const [before, after] = [record(count), record(count + 1)];
      for (let at = 1; at < BLOCK_BYTES; at++) {
        const torn = Uint8Array.from(before);
        torn.set(after.subarray(0, at));
        const isWhole = [before, after].some((whole) => Buffer.compare(whole, torn) === 0);
        if (!isWhole) expect(decodeRecord(torn), `${count} at ${at}`).toBeUndefined();
      }
    }
  });

  it('is refused when cut, empty or foreign, and without its identity is still a count', () => {
    const bytes = record(41);
    for (const length of [0, 1, BLOCK_BYTES - 1]) expect(decodeRecord(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeRecord(Buffer.alloc(RECORD_BYTES))).toBeUndefined();
    expect(decodeRecord(Buffer.alloc(RECORD_BYTES, 'x'))).toBeUndefined();
    expect(decodeRecord(bytes.subarray(0, BLOCK_BYTES))).toMatchObject({ identity: undefined, entries: 41 });
  });
});
