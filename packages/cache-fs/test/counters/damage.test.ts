import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { readWriter } from '../../src/counters/writer-files.js';
import { type ProcessIdentity, processIdentity } from '../../src/process-identity.js';
import { hasModes, modeOf, snapshot } from '../root/helpers.js';
import { Counting, newRoot, tempDir } from './helpers.js';

const DEAD: ProcessIdentity = { ...processIdentity(), pid: 2 ** 22 + 1 };
const WEEK_AGO = new Date(Date.now() - 7 * 86_400_000);

describe('a damaged .cache_stats.json', () => {
  const damages: [string, (path: string) => void][] = [
    ['empty', (path) => truncateSync(path)],
    ['cut', (path) => truncateSync(path, 300)],
    ['no JSON', (path) => writeFileSync(path, 'nonsense')],
    ['of another shape', (path) => writeFileSync(path, '{"format":1,"base":{"counters":{"hitCount":99}}}')],
    [
      'changed in one digit',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"hitCount": 5', '"hitCount": 6')),
    ],
    [
      'a link',
      (path) => {
        renameSync(path, `${path}-moved`);
        symlinkSync(`${path}-moved`, path);
      },
    ],
    [
      'a directory',
      (path) => {
        unlinkSync(path);
        mkdirSync(path);
      },
    ],
  ];

  it.each(damages)('starts fresh and says so: %s', (_, damage) => {
    const root = newRoot();
    new Counting(root, { identity: DEAD }).count('hitCount', 5);
    new Counting(root).stats.fold();
    damage(root.statsFile);

    const counting = new Counting(root);
    counting.count('hitCount', 2);
    expect(counting.total('hitCount')).toBe(2);
    expect(counting.total('hitCount')).toBe(2);
    expect(counting.messages).toEqual([expect.stringContaining('start fresh')]);
    counting.stats.fold();
    expect(counting.total('hitCount')).toBe(2);
    expect(counting.messages).toHaveLength(1);
    expect(JSON.parse(readFileSync(root.statsFile, 'utf8'))).toMatchObject({ hitCount: 2 });
    // Whatever it was is there to be looked at.
    expect(lstatSync(`${root.statsFile}.damaged`)).toBeDefined();
  });

  it('says so again when it happens again', () => {
    const root = newRoot();
    const counting = new Counting(root);
    for (const times of [1, 2]) {
      writeFileSync(root.statsFile, 'nonsense');
      counting.stats.publish();
      expect(counting.messages).toHaveLength(times);
      counting.stats.readAll();
    }
  });
});

describe('what does not belong into stats/', () => {
  it('is left alone', () => {
    const root = newRoot();
    const outside = join(tempDir(), 'outside');
    writeFileSync(outside, 'mine');
    for (const name of ['notes.txt', '1-xyz', '1-0123456789abcdef.bak', '.hidden']) {
      writeFileSync(join(root.statsDir, name), 'mine');
      utimesSync(join(root.statsDir, name), WEEK_AGO, WEEK_AGO);
    }
    mkdirSync(join(root.statsDir, '1-folder'));
    symlinkSync(outside, join(root.statsDir, 'link'));
    const before = snapshot(root.statsDir);
    const counting = new Counting(root);
    counting.stats.fold();
    expect(counting.stats.readAll()).toMatchObject({ entries: 0, damaged: [] });
    expect(counting.messages).toEqual([]);
    expect(snapshot(root.statsDir)).toEqual(before);
  });

  it('is not followed when it is a link of a writer’s name', () => {
    const root = newRoot();
    const other = newRoot();
    new Counting(other, { identity: DEAD }).count('hitCount', 5);
    const target = join(other.statsDir, readdirSync(other.statsDir)[0] ?? '');
    symlinkSync(target, join(root.statsDir, '1-0123456789abcdef'));
    const counting = new Counting(root);
    expect(counting.total('hitCount')).toBe(0);
    counting.stats.fold();
    expect(counting.total('hitCount')).toBe(0);
    expect(readFileSync(target)).toHaveLength(1024);
    expect(readdirSync(root.statsDir)).toEqual([]);
  });

  it('is told, kept for a day in case its writer lives, and given up then: a damaged file', () => {
    const root = newRoot();
    new Counting(root, { identity: DEAD }).count('hitCount', 5);
    const path = join(root.statsDir, readdirSync(root.statsDir)[0] ?? '');
    writeFileSync(path, Buffer.alloc(1024, 'x'));
    const counting = new Counting(root);
    counting.count('hitCount');
    expect(counting.total('hitCount')).toBe(1);
    expect(counting.stats.fold()).toBe(0);
    expect(counting.messages).toHaveLength(1);
    utimesSync(path, WEEK_AGO, WEEK_AGO);
    expect(counting.stats.fold()).toBe(0);
    expect(counting.messages).toHaveLength(2);
    expect(readdirSync(root.statsDir)).toHaveLength(1);
    expect(counting.total('hitCount')).toBe(1);
  });

  it('counts as nothing and goes after a day: the empty file of a writer killed before its first count', () => {
    const root = newRoot();
    const path = join(root.statsDir, '1-0123456789abcdef');
    writeFileSync(path, '');
    const counting = new Counting(root);
    counting.stats.fold();
    expect(readdirSync(root.statsDir)).toHaveLength(1);
    utimesSync(path, WEEK_AGO, WEEK_AGO);
    counting.stats.fold();
    expect(readdirSync(root.statsDir)).toEqual([]);
    expect(counting.messages).toEqual([]);
  });

  it('is waited for when its writer lost its processor in the middle of a write', async () => {
    const root = newRoot();
    new Counting(root, { identity: DEAD }).count('hitCount', 5);
    const [name = ''] = readdirSync(root.statsDir);
    const path = join(root.statsDir, name);
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const finishLater = `
      const { workerData: { path, whole, signal } } = require('node:worker_threads');
      Atomics.wait(signal, 0, 0);
      require('node:fs').writeFileSync(path, whole, { flag: 'r+' });
    `;
    const workerData = { path, whole: readFileSync(path), signal };
    writeFileSync(path, Buffer.alloc(40, 'x'), { flag: 'r+' });
    expect(readWriter(root.statsDir, name, 10).kind).toBe('damaged');
    const worker = new Worker(finishLater, { eval: true, workerData });
    await once(worker, 'online');
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
    expect(readWriter(root.statsDir, name, 10_000)).toMatchObject({ kind: 'record', record: { isClosed: false } });
    await once(worker, 'exit');
  });

  it('is put right by the next count when its writer lives', () => {
    const root = newRoot();
    const [living, reader] = [new Counting(root), new Counting(root)];
    living.count('hitCount', 5);
    const path = join(root.statsDir, readdirSync(root.statsDir)[0] ?? '');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, 0, 20), { flag: 'r+' });
    expect(reader.total('hitCount')).toBe(0);
    living.count('hitCount');
    expect(reader.total('hitCount')).toBe(6);
  });
});

describe('a directory that is taken away', () => {
  it('has everything again after it was made anew', () => {
    const root = newRoot();
    const [first, second] = [new Counting(root), new Counting(root)];
    first.count('hitCount', 5);
    second.count('hitCount', 6);
    rmSync(root.path, { recursive: true });
    root.ensure();
    first.stats.onRootRemade();
    second.stats.onRootRemade();
    expect(new Counting(root).total('hitCount')).toBe(11);
    expect([...first.messages, ...second.messages]).toEqual([]);
  });

  it('is noticed within a bounded number of counts by a writer that nobody told', () => {
    const root = newRoot();
    const counting = new Counting(root);
    counting.count('hitCount', 5);
    rmSync(root.path, { recursive: true });
    root.ensure();
    counting.count('hitCount', 100);
    expect(new Counting(root).total('hitCount')).toBe(105);
  });

  it('is told once as a fault, and loses nothing when it comes back', () => {
    const root = newRoot();
    const counting = new Counting(root);
    counting.count('hitCount', 5);
    rmSync(root.path, { recursive: true });
    counting.count('hitCount', 500);
    expect(counting.messages).toEqual([expect.stringContaining('could not be written')]);
    expect(counting.total('hitCount')).toBe(505);
    root.ensure();
    counting.stats.onRootRemade();
    expect(new Counting(root).total('hitCount')).toBe(505);
    counting.count('hitCount');
    expect(new Counting(root).total('hitCount')).toBe(506);
    expect(counting.messages).toHaveLength(1);
  });

  it('loses nothing when only the file of a living writer was removed', () => {
    const root = newRoot();
    const counting = new Counting(root);
    counting.count('hitCount', 5);
    counting.stats.fold();
    for (const name of readdirSync(root.statsDir)) unlinkSync(join(root.statsDir, name));
    expect(counting.total('hitCount')).toBe(5);
    expect(new Counting(root).total('hitCount')).toBe(5);
  });

  it('reports once and counts in memory when no file can be made at all, and reports a base that can not be written', () => {
    const root = newRoot();
    rmSync(root.statsDir, { recursive: true });
    writeFileSync(root.statsDir, 'in the way');
    const counting = new Counting(root);
    counting.count('hitCount', 300);
    expect(counting.messages).toHaveLength(1);
    expect(counting.stats.fold()).toBe(0);
    rmSync(root.statsDir);
    root.ensure();
    counting.count('hitCount', 100);
    expect(new Counting(root).total('hitCount')).toBe(400);
    rmSync(root.tmpDir, { recursive: true });
    expect(counting.stats.publish()).toBe(false);
    expect(counting.stats.fold()).toBe(0);
    expect(counting.messages.at(-1)).toContain('brought up to date');
    root.ensure();
    expect(counting.stats.publish()).toBe(true);
  });
});

describe('a directory that is read only', () => {
  it('is not written to, and its statistics are shown with the own counts', () => {
    const root = newRoot();
    new Counting(root, { identity: DEAD }).count('hitCount', 5);
    const before = snapshot(root.path);
    const counting = new Counting(root, { isReadOnly: true });
    counting.count('hitCount', 200);
    counting.stats.adjustTotals(1, 1);
    expect(counting.total('hitCount')).toBe(205);
    expect([counting.stats.fold(), counting.stats.publish()]).toEqual([0, false]);
    expect(counting.stats.correct({ totalEntries: 1, totalSizeBytes: 1 })).toBe(false);
    counting.stats.onRootRemade();
    counting.stats.close();
    expect(snapshot(root.path)).toEqual(before);
    expect(counting.messages).toEqual([]);
  });
});

it('files of statistics are private whatever the umask', (context) => {
  context.skip(!hasModes, 'this system has no POSIX modes');
  const root = newRoot();
  const before = process.umask(0);
  try {
    const counting = new Counting(root);
    counting.count('hitCount');
    counting.stats.publish();
    const [name = ''] = readdirSync(root.statsDir);
    expect([modeOf(join(root.statsDir, name)), modeOf(root.statsFile)]).toEqual(['600', '600']);
    chmodSync(root.statsDir, 0o700);
  } finally {
    process.umask(before);
  }
});
