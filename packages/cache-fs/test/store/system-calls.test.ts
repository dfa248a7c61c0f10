import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import type { FilesystemCacheOptions } from '../../src/index.js';
import { temporaryDirectory } from '../support.js';

const CACHE_MODULE = new URL('../../dist/index.js', import.meta.url).href;

interface Call {
  /** The kernel's id of the thread that made it. */
  readonly thread: string;
  readonly text: string;
}

/** Runs `body`, with a `cache`, in a process of its own; the system calls it made between two marks. */
function traceCalls(context: TestContext, names: string, options: FilesystemCacheOptions, body: string) {
  context.skip(process.platform !== 'linux', 'strace is for Linux');
  context.skip(spawnSync('strace', ['-V']).status !== 0, 'strace is not installed');
  context.skip(spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0, 'strace may not trace here');
  const directory = mkdtempSync(join(tmpdir(), 'glovebox-fs-trace-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const output = join(directory, 'trace');
  const script = `
    import { existsSync } from 'node:fs';
    const { createFilesystemCache } = await import(${JSON.stringify(CACHE_MODULE)});
    const cache = createFilesystemCache(${JSON.stringify(options)});
    await cache.set('before', 1);
    existsSync('/mark-start');
    ${body}
    existsSync('/mark-end');
    await cache.close();`;
  const command = ['-f', '-y', '-s', '200', '-e', `trace=${names},access`, '-o', output];
  execFileSync('strace', [...command, process.execPath, '--input-type=module', '-e', script], { stdio: 'pipe' });
  const calls = readFileSync(output, 'utf8')
    .split('\n')
    .map((line) => /^(?<thread>\d+)\s+(?<text>.*)$/.exec(line)?.groups)
    .map((groups): Call => ({ thread: groups?.thread ?? '', text: groups?.text ?? '' }));
  const start = calls.findIndex(({ text }) => text.includes('/mark-start'));
  const end = calls.findIndex(({ text }) => text.includes('/mark-end'));
  expect(start).toBeGreaterThan(-1);
  expect(end).toBeGreaterThan(start);
  const between = calls.slice(start + 1, end).filter(({ text }) => !/^access|resumed>/.test(text));
  return { calls: between, mainThread: calls[start]?.thread };
}

/** A call and the kind of place that its first path is. */
const kindOf = (root: string, { text }: Call): string => {
  const [path = ''] = text.slice(text.indexOf(root) + root.length + 1).split(/[">]/);
  return `${text.slice(0, text.indexOf('('))} ${path.replace(/[^/]*[0-9a-f]{32}.*$/, '*')}`;
};

describe('durability', () => {
  it("'power' syncs the entry before its rename and the folder after it", (context) => {
    const cacheRoot = temporaryDirectory();
    const { calls } = traceCalls(
      context,
      'fsync,rename',
      { cacheRoot, durability: 'power' },
      `await cache.set('k', 'small');`,
    );
    expect(calls.map((call) => kindOf(cacheRoot, call))).toEqual(['fsync tmp/*', 'rename tmp/*', 'fsync data']);
  });

  it("'power' syncs a blob and its folder before the entry that names it", (context) => {
    const cacheRoot = temporaryDirectory();
    const { calls } = traceCalls(
      context,
      'fsync,rename',
      { cacheRoot, durability: 'power' },
      `await cache.set('k', Buffer.alloc(100_000));`,
    );
    expect(calls.map((call) => kindOf(cacheRoot, call))).toEqual([
      'fsync tmp/*',
      'fsync data/blobs/*',
      'fsync data/blobs',
      'rename tmp/*',
      'fsync data',
    ]);
  });

  it("'power' syncs the folder after a delete", (context) => {
    const cacheRoot = temporaryDirectory();
    const options = { cacheRoot, durability: 'power' } as const;
    const { calls } = traceCalls(context, 'fsync,unlink', options, `await cache.delete('before');`);
    expect(calls.map((call) => kindOf(cacheRoot, call))).toEqual(['unlink data/*', 'fsync data']);
  });

  it("'process' syncs nothing", (context) => {
    const cacheRoot = temporaryDirectory();
    const body = `await cache.set('k', 'small'); await cache.set('blob', Buffer.alloc(100_000)); await cache.delete('k');`;
    expect(traceCalls(context, 'fsync,fdatasync', { cacheRoot }, body).calls).toEqual([]);
  });
});

describe('io', () => {
  const body = `await cache.set('k', 'small'); await cache.get('k'); await cache.delete('k');`;
  const threadsOf = (context: TestContext, io: 'sync' | 'async') => {
    const cacheRoot = temporaryDirectory();
    const { calls, mainThread } = traceCalls(context, 'openat,rename,unlink', { cacheRoot, io }, body);
    const ofEntries = calls.filter(({ text }) => /\/(data|tmp)\/[0-9a-f]{32}/.test(text));
    expect(ofEntries.length).toBeGreaterThan(3);
    return new Set(ofEntries.map(({ thread }) => (thread === mainThread ? 'main' : 'pool')));
  };

  it("'sync' reads and writes small entries on the main thread", (context) => {
    expect(threadsOf(context, 'sync')).toEqual(new Set(['main']));
  });

  it("'async' reads and writes them in the thread pool", (context) => {
    expect(threadsOf(context, 'async')).toEqual(new Set(['pool']));
  });
});

describe('modes', () => {
  it('are 0700 for folders and 0600 for files, whatever the umask', (context) => {
    context.skip(process.platform === 'win32', 'Windows has no modes');
    for (const umask of ['0', '077']) {
      const cacheRoot = join(temporaryDirectory(), 'cache');
      const script = `
        process.umask('${umask}');
        const { createFilesystemCache } = await import(${JSON.stringify(CACHE_MODULE)});
        const cache = createFilesystemCache(${JSON.stringify({ cacheRoot })});
        await cache.set('small', 1, { ttl: '1ms' });
        await cache.set('blob', Buffer.alloc(100_000));
        await cache.getOrSet('computed', () => 1);
        await cache.cleanup();
        await cache.close();`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
      const wrong: string[] = [];
      for (const name of ['.', ...(readdirSync(cacheRoot, { recursive: true }) as string[])]) {
        const stats = statSync(join(cacheRoot, name));
        const mode = stats.mode & 0o777;
        if (mode !== (stats.isDirectory() ? 0o700 : 0o600)) wrong.push(`${name} ${mode.toString(8)}`);
      }
      expect(wrong, `umask ${umask}`).toEqual([]);
    }
  });
});
