import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ByteReader, ByteStage, EncodedValue, OpenedEntry, StoredEntry } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { errorsOf } from './support/events.js';
import { MapCache } from './support/map-cache.js';

const never = new Promise<never>(() => {});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(10);
}

async function* silent(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a');
  await never;
}

/** Hooks of a backend that takes and gives bytes in pieces, with what was called, in order. */
class StagingCache extends MapCache {
  readonly calls: string[] = [];
  /** Waited for, or thrown, by the hook of that name. */
  readonly faults: Partial<Record<string, () => Promise<unknown>>> = {};

  async #call(name: string): Promise<void> {
    this.calls.push(name);
    await this.faults[name]?.();
  }

  protected override async stageEntry(): Promise<ByteStage> {
    await this.#call('stage');
    const pieces: Buffer[] = [];
    return {
      write: async (piece) => {
        await this.#call('write');
        pieces.push(Buffer.from(piece));
      },
      finish: async (): Promise<EncodedValue> => {
        await this.#call('finish');
        return { encoding: 'buffer', data: Buffer.concat(pieces) };
      },
      discard: () => this.#call('discard'),
    };
  }

  protected override async writeEntry(key: string, entry: StoredEntry): Promise<void> {
    await this.#call('writeEntry');
    super.writeEntry(key, entry);
  }

  protected override async openEntry(key: string): Promise<OpenedEntry | undefined> {
    await this.#call('open');
    const entry = this.store.get(key);
    if (entry === undefined) return undefined;
    let given = 0;
    const reader: ByteReader = {
      read: async () => {
        await this.#call('read');
        return given++ === 0 ? Buffer.from(entry.payload.data) : undefined;
      },
      close: () => this.#call('close'),
    };
    return { entry, reader };
  }
}

const failing = () => Promise.reject(new Error('EIO'));

describe('a source', () => {
  it('that fails before the store is open takes no process down', async () => {
    class SlowCache extends MapCache {
      protected override openStore(): Promise<void> {
        return delay(50);
      }
    }
    const cache = new SlowCache();
    const storing = cache.setStream('key', createReadStream('/nowhere/at/all'));
    await expect(storing).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await cache.setStream('key', [Buffer.from('a')])).toBe(true);
  });

  it('that fails after it was given up takes no process down', async () => {
    const cache = new MapCache();
    const reason = new Error('enough');
    const options = { signal: AbortSignal.abort(reason) };
    const source = createReadStream('/nowhere/at/all');
    await expect(cache.setStream('key', source, options)).rejects.toBe(reason);
    await new Promise<void>((resolve) => source.once('close', () => resolve()));
  });

  it.each(['aborted', 'too large', 'no bytes', 'closed'])('that is %s is given up, of whatever kind', async (how) => {
    const cancelled: unknown[] = [];
    const piece = { 'too large': Buffer.alloc(10), 'no bytes': {} }[how];
    const web = new ReadableStream({
      pull: (controller) => (piece === undefined ? never : controller.enqueue(piece)),
      cancel: (reason) => void cancelled.push(reason),
    });
    const node = new Readable({
      objectMode: true,
      read() {
        if (piece !== undefined) this.push(piece);
      },
    });
    const cache = new MapCache({ maxSizeBytes: 1_000 });
    const abort = new AbortController();
    const { signal } = abort;
    const storing = [cache.setStream('web', web, { signal }), cache.setStream('node', node, { signal })];
    const ended = Promise.allSettled(storing);
    if (how === 'aborted') abort.abort(new Error('enough'));
    if (how === 'closed') await cache.close();
    await ended;
    expect(cancelled).toHaveLength(1);
    expect(node.destroyed).toBe(true);
  });

  it('is left alone if it was given with a mistake', async () => {
    const node = Readable.from([Buffer.from('a')]);
    await expect(new MapCache().setStream('', node)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    const options = { signal: {} as AbortSignal };
    await expect(new MapCache().setStream('key', node, options)).rejects.toMatchObject({
      code: 'CACHE_INVALID_CONFIG',
    });
    expect(node.destroyed).toBe(false);
  });

  it('that is locked rejects as it does', async () => {
    const web = new Response('text').body;
    web?.getReader();
    await expect(new MapCache().setStream('key', web ?? [])).rejects.toThrow(TypeError);
  });

  it('may be very long: nothing of the pieces before is kept', async () => {
    const cache = new StagingCache({ maxSizeBytes: 20_000 });
    expect(await cache.setStream('key', endless(), { signal: new AbortController().signal })).toBe(false);
    expect(cache.calls.filter((call) => call === 'write')).toHaveLength(2_000);
  });
});

describe('a stage', () => {
  it('is written, finished, and discarded unless the entry was written', async () => {
    const cache = new StagingCache();
    const pieces = [Buffer.from('a'), Buffer.from('b')];
    expect(await cache.setStream('key', pieces)).toBe(true);
    expect(cache.calls).toEqual(['stage', 'write', 'write', 'finish', 'writeEntry']);
    expect(await cache.get('key')).toEqual(Buffer.from('ab'));
  });

  it.each([
    ['stage', ['stage']],
    ['write', ['stage', 'write', 'discard']],
    ['finish', ['stage', 'write', 'finish', 'discard']],
    ['writeEntry', ['stage', 'write', 'finish', 'writeEntry', 'discard']],
  ])('whose %s fails is false, told and discarded', async (hook, calls) => {
    const cache = new StagingCache();
    const errors = errorsOf(cache);
    cache.faults[hook] = failing;
    const source = Readable.from([Buffer.from('a')]);
    expect(await cache.setStream('key', source)).toBe(false);
    expect(cache.calls).toEqual(calls);
    expect(errors.map(({ code }) => code)).toEqual(['CACHE_BACKEND_FAILED']);
    expect((await cache.getStats()).errorCount).toBe(1);
    expect(source.destroyed).toBe(true);
    expect(cache.storedKeys).toEqual([]);
  });

  it('is discarded when its source is interrupted, after the write under way', async () => {
    const cache = new StagingCache();
    const abort = new AbortController();
    let isWritten = false;
    cache.faults.write = async () => {
      abort.abort(new Error('enough'));
      await delay(5);
      isWritten = true;
    };
    const storing = cache.setStream('key', silent(), { signal: abort.signal });
    await expect(storing).rejects.toThrow('enough');
    expect(isWritten).toBe(true);
    expect(cache.calls).toEqual(['stage', 'write', 'discard']);
  });

  it('that has been finished is not stored if an abort came before that', async () => {
    const cache = new StagingCache();
    const abort = new AbortController();
    cache.faults.finish = async () => abort.abort(new Error('enough'));
    const storing = cache.setStream('key', [Buffer.from('a')], { signal: abort.signal });
    await expect(storing).rejects.toThrow('enough');
    expect(cache.calls).toEqual(['stage', 'write', 'finish', 'discard']);
  });

  it('is what close waits for', async () => {
    const cache = new StagingCache();
    let isDiscarded = false;
    cache.faults.discard = async () => {
      await delay(5);
      isDiscarded = true;
    };
    const storing = cache.setStream('key', silent());
    storing.catch(() => {});
    while (!cache.calls.includes('write')) await delay(1);
    await cache.close();
    expect(isDiscarded).toBe(true);
    await expect(storing).rejects.toMatchObject({ code: 'CACHE_CLOSED', message: expect.stringContaining('stream') });
  });
});

describe('a reader', () => {
  it('is read to its end and closed, once', async () => {
    const cache = new StagingCache();
    await cache.set('key', Buffer.from('abc'));
    cache.calls.length = 0;
    const stream = await cache.getStream('key');
    expect(await stream?.toArray()).toEqual([Buffer.from('abc')]);
    await delay(5);
    expect(cache.calls).toEqual(['open', 'read', 'read', 'close']);
  });

  it('of an expired entry is closed unread, and the read is a miss', async () => {
    const cache = new StagingCache();
    await cache.set('key', Buffer.from('abc'), { ttl: 1 });
    cache.manualClock.advance(1_000);
    cache.calls.length = 0;
    expect(await cache.getStream('key')).toBeUndefined();
    expect(cache.calls).toEqual(['open', 'close']);
    expect((await cache.getStats()).missCount).toBe(1);
  });

  it('that fails makes the stream fail, is told, and hurts nobody who does not listen', async () => {
    const cache = new StagingCache();
    const errors = errorsOf(cache);
    await cache.set('key', Buffer.from('abc'));
    cache.faults.read = failing;
    const stream = await cache.getStream('key');
    stream?.resume();
    await new Promise((resolve) => stream?.once('close', resolve));
    expect(stream?.errored).toMatchObject({ code: 'CACHE_BACKEND_FAILED', key: 'key', cause: { message: 'EIO' } });
    expect(errors).toHaveLength(1);
    expect(await cache.exists('key')).toBe(true);
    expect((await cache.getStats()).hitCount).toBe(1);
  });

  it('that can not be opened is a miss', async () => {
    const cache = new StagingCache();
    const errors = errorsOf(cache);
    await cache.set('key', Buffer.from('abc'));
    cache.faults.open = failing;
    expect(await cache.getStream('key')).toBeUndefined();
    expect([errors.length, (await cache.getStats()).missCount]).toEqual([1, 1]);
  });
});

it('streams are published as operations', async () => {
  const messages: unknown[] = [];
  const listener = (message: unknown) => messages.push(message);
  for (const name of ['setStream', 'getStream']) subscribe(`glovebox:cache:${name}`, listener);
  const cache = new MapCache();
  await cache.setStream('key', [Buffer.from('a')]);
  await cache.getStream('key');
  await cache.getStream('other');
  for (const name of ['setStream', 'getStream']) unsubscribe(`glovebox:cache:${name}`, listener);
  expect(messages).toMatchObject([
    { operation: 'setStream', outcome: 'stored', key: 'key' },
    { operation: 'getStream', outcome: 'hit', key: 'key' },
    { operation: 'getStream', outcome: 'miss', key: 'other' },
  ]);
});
