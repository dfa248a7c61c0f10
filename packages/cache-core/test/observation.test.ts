import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CacheError, type CacheLogger, type OperationMessage, printableKey } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

describe('diagnostics channels', () => {
  it('carry every operation, its outcome and its key, and never a value', async () => {
    const operations = 'get lookup set exists delete clear keys getOrSet getMetadata getStats cleanup open close'.split(
      ' ',
    );
    const messages: OperationMessage[] = [];
    const listener = (message: unknown) => messages.push(message as OperationMessage);
    for (const operation of operations) subscribe(`glovebox:cache:${operation}`, listener);
    const cache = new MapCache({ maxSizeBytes: 100 });
    await cache.set('a', 'secret-value');
    await cache.set('b', 'x'.repeat(200));
    await cache.get('a');
    await cache.getMany(['b']);
    await cache.lookup('a');
    await cache.exists('b');
    await cache.getMetadata('a');
    await cache.getOrSet('c', () => 1);
    await collect(cache.keys());
    await cache.delete('c');
    await cache.delete('c');
    await cache.getStats();
    await cache.cleanup();
    await cache.clear();
    await cache.close();
    for (const operation of operations) unsubscribe(`glovebox:cache:${operation}`, listener);
    const told = messages.map(({ operation, outcome, key }) => [operation, outcome, key].filter(Boolean).join(' '));
    expect(told).toEqual([
      'open done',
      'set stored a',
      'set error b',
      'get hit a',
      'get miss b',
      'lookup hit a',
      'exists miss b',
      'getMetadata hit a',
      'getOrSet miss c',
      'getOrSet stored c',
      'keys done',
      'delete removed c',
      'delete absent c',
      'getStats done',
      'cleanup done',
      'clear done',
      'close done',
    ]);
    expect(new Set(messages.map(({ cache: name }) => name))).toEqual(new Set(['map']));
    expect(JSON.stringify(messages)).not.toContain('secret-value');
  });
});

describe('NODE_DEBUG=glovebox-cache', () => {
  const module = JSON.stringify(import.meta.resolve('@glovebox/cache-core'));
  const program = `
    import { BaseCacheManager } from ${module};
    class MapCache extends BaseCacheManager {
      name = 'map';
      capabilities = {};
      store = new Map();
      readEntry(key) { return this.store.get(key); }
      writeEntry(key, entry) { this.store.set(key, entry); }
      removeEntry(key) { return this.store.delete(key); }
      listEntries() { return []; }
    }
    const cache = new MapCache();
    cache.on('hit', () => { throw Object.create(null); });
    await cache.set('a\\nb', 'secret-value');
    await cache.get('a\\nb');
    await cache.get('missing');
    await cache.close();
  `;

  function run(debug: string): string {
    const env = { ...process.env, NODE_DEBUG: debug };
    const command = [process.execPath, '--input-type=module', '-e', program].map(
      (part) => `'${part.replaceAll("'", `'"'"'`)}'`,
    );
    // The debug log goes to the standard error.
    return execFileSync('/bin/sh', ['-c', `${command.join(' ')} 2>&1`], { env, encoding: 'utf8', timeout: 15_000 });
  }

  it('writes a line an operation, without values', (context) => {
    context.skip(process.platform === 'win32', 'not on Windows');
    const lines = run('glovebox-cache').trim().split('\n');
    expect(lines.map((line) => line.replace(/^GLOVEBOX-CACHE \d+: /, ''))).toEqual([
      'map open done',
      String.raw`map set stored "a\nb"`,
      'a listener threw: of type object',
      String.raw`map get hit "a\nb"`,
      'map get miss "missing"',
      'map close done',
    ]);
  });

  it('left out writes nothing', (context) => {
    context.skip(process.platform === 'win32', 'not on Windows');
    expect(run('')).toBe('');
  });
});

describe('printableKey', () => {
  it.each([
    ['plain', '"plain"'],
    ['a\nb\u001b[31m\u0000', String.raw`"a\nb\u001b[31m\u0000"`],
    ['\u007f\u009b\u2028\u202e\u2066', String.raw`"\u007f\u009b\u2028\u202e\u2066"`],
    ['"\\', String.raw`"\"\\"`],
    ['\ud800', String.raw`"\ud800"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
  ])('of %j is %s', (key, printed) => {
    expect(printableKey(key)).toBe(printed);
  });

  it('is never cut into half a character', () => {
    expect(printableKey(`${'x'.repeat(79)}𝄞`).isWellFormed()).toBe(true);
  });
});

describe('the logger', () => {
  function loggerTo(lines: string[]): CacheLogger {
    return { warn: (message) => lines.push(message), error: (message) => lines.push(message) };
  }

  it('is told each kind of fault once a minute, with the number of those between', async () => {
    const lines: string[] = [];
    const cache = new SteppedCache({ logger: loggerTo(lines) });
    const fault = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    cache.turnstile.fail('readEntry', fault, 5);
    for (let round = 0; round < 4; round++) await cache.get('a\nb');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(String.raw`stepped cache: get of "a\nb" failed`);
    expect(lines[0]).toContain('[CACHE_BACKEND_FAILED]');
    cache.manualClock.advance(60_000);
    await cache.get('a');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('(and 3 times more since)');
  });

  it('is told faults of another operation, code or errno at once', async () => {
    const lines: string[] = [];
    const cache = new SteppedCache({ logger: loggerTo(lines) });
    cache.turnstile.fail('readEntry', Object.assign(new Error('EIO'), { code: 'EIO' }));
    cache.turnstile.fail('readEntry', Object.assign(new Error('EMFILE'), { code: 'EMFILE' }));
    cache.turnstile.fail('readEntry', new CacheError('CACHE_LOCK_TIMEOUT', 'busy'));
    cache.turnstile.fail('writeEntry', Object.assign(new Error('EIO'), { code: 'EIO' }));
    for (let round = 0; round < 3; round++) await cache.get('a');
    await cache.set('a', 1);
    expect(lines).toHaveLength(4);
  });

  it('is told again when the clock was set back by more than a minute', async () => {
    const lines: string[] = [];
    const cache = new SteppedCache({ logger: loggerTo(lines) });
    cache.turnstile.fail('readEntry', new Error('EIO'), 2);
    await cache.get('a');
    cache.manualClock.set(cache.manualClock.now() - 3_600_000);
    await cache.get('a');
    expect(lines).toHaveLength(2);
  });

  it('is called as a method, as pino needs it', async () => {
    class Logger implements CacheLogger {
      readonly lines: string[] = [];
      warn(message: string) {
        this.lines.push(message);
      }
      error(message: string) {
        this.lines.push(message);
      }
    }
    const logger = new Logger();
    const cache = new SteppedCache({ logger });
    cache.turnstile.fail('readEntry', new Error('EIO'));
    await cache.get('a');
    expect(logger.lines).toHaveLength(1);
  });

  it('that throws, at once or later, harms no operation', async () => {
    const loggers: CacheLogger[] = [
      {
        warn() {
          throw new Error('the log is full');
        },
        error() {},
      },
      {
        async warn() {
          throw new Error('the log is full');
        },
        async error() {},
      },
    ];
    for (const logger of loggers) {
      const cache = new SteppedCache({ logger });
      cache.turnstile.fail('readEntry', new Error('EIO'));
      expect(await cache.get('a', 'default')).toBe('default');
    }
  });
});
