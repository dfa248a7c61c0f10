import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { COUNTER, snapshotStats } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { emptyBase, readBase, writeBase } from '../../src/counters/base-file.js';
import { planFold, removeFolded, SILENT_LIMIT_MS } from '../../src/counters/fold-writers.js';
import { type ProcessIdentity, processIdentity } from '../../src/process-identity.js';
import type { CacheRoot } from '../../src/root/cache-root.js';
import { Counting, newRoot } from './helpers.js';

const DEAD: ProcessIdentity = { ...processIdentity(), pid: 2 ** 22 + 1 };
const UNKNOWN: ProcessIdentity = { pid: 1, startTime: '1', bootId: 'another-boot', host: 'another-host' };

/** The first half of a fold, up to the moment that a kill may follow. */
function foldWithoutRemoving(root: CacheRoot): void {
  const base = readBase(root);
  if (base === 'damaged') throw new Error('damaged');
  const plan = planFold(root, base, undefined, Date.now());
  writeBase(root, snapshotStats(plan.base.counters, { totalEntries: 0, totalSizeBytes: 0 }), plan.base);
}

describe('folding', () => {
  it('adds writers that are gone to the base, and leaves living ones', () => {
    const root = newRoot();
    const [dead, living, folder] = [new Counting(root, { identity: DEAD }), new Counting(root), new Counting(root)];
    dead.count('hitCount', 5);
    dead.stats.adjustTotals(-3, -300);
    dead.count('deleteCount');
    living.count('hitCount', 7);
    folder.count('missCount', 2);
    expect(folder.stats.fold()).toBe(1);
    expect(folder.stats.fold()).toBe(0);
    expect(readdirSync(root.statsDir)).toHaveLength(2);
    expect(folder.stats.readAll()).toMatchObject({ entries: -3, bytes: -300 });
    expect(folder.total('hitCount')).toBe(12);
    living.count('hitCount');
    expect(folder.total('hitCount')).toBe(13);
  });

  it('adds what a writer counted until its end, which came between a look at its file and the verdict', () => {
    const root = newRoot();
    const ending = new Counting(root, { identity: DEAD });
    ending.count('setCount', 17);
    const plan = planFold(root, emptyBase(), undefined, Date.now(), () => {
      ending.count('setCount', 4);
      return 'dead';
    });
    expect(plan.base.counters[COUNTER.setCount]).toBe(21);
    expect(plan.removable).toHaveLength(1);
  });

  it('folds a writer that has closed though its process lives, itself included', () => {
    const root = newRoot();
    const [first, second] = [new Counting(root), new Counting(root)];
    first.count('setCount', 3);
    second.count('setCount', 4);
    first.stats.close();
    expect(second.total('setCount')).toBe(7);
    expect(second.stats.fold()).toBe(1);
    second.stats.close();
    expect(second.total('setCount')).toBe(7);
    expect(second.stats.fold()).toBe(1);
    expect(readdirSync(root.statsDir)).toEqual([]);
    expect(new Counting(root).total('setCount')).toBe(7);
    second.count('setCount');
    expect(new Counting(root).total('setCount')).toBe(7);
  });

  it('removes the files of all others though a folder has the name of one', () => {
    const root = newRoot();
    for (const name of ['1-0000000000000000', '9-ffffffffffffffff']) {
      mkdirSync(join(root.statsDir, name));
      utimesSync(join(root.statsDir, name), 1, 1);
    }
    new Counting(root, { identity: DEAD }).count('setCount', 5);
    const folder = new Counting(root);
    folder.stats.fold();
    expect(folder.total('setCount')).toBe(5);
    expect(readdirSync(root.statsDir)).toEqual(['1-0000000000000000', '9-ffffffffffffffff']);
    expect(folder.messages).toContainEqual(expect.stringContaining('could not be brought up to date'));
  });

  it('counts nothing twice after a crash between writing the base and removing the files', () => {
    const root = newRoot();
    new Counting(root, { identity: DEAD }).count('setCount', 5);
    new Counting(root, { identity: DEAD }).count('setCount', 6);
    foldWithoutRemoving(root);
    expect(readdirSync(root.statsDir)).toHaveLength(2);
    const next = new Counting(root);
    expect(next.total('setCount')).toBe(11);
    foldWithoutRemoving(root);
    expect(next.total('setCount')).toBe(11);
    expect(next.stats.fold()).toBe(0);
    expect(next.total('setCount')).toBe(11);
    expect(readdirSync(root.statsDir)).toEqual([]);
    next.stats.fold();
    expect(readBase(root)).toMatchObject({ folded: [] });
    expect(next.total('setCount')).toBe(11);
  });

  it('counts nothing twice after a crash before the base was written', () => {
    const root = newRoot();
    new Counting(root, { identity: DEAD }).count('setCount', 5);
    planFold(root, emptyBase(), undefined, Date.now());
    writeFileSync(join(root.tmpDir, 'stats-0123456789abcdef'), '{"half');
    const next = new Counting(root);
    expect(next.stats.fold()).toBe(1);
    expect(next.total('setCount')).toBe(5);
  });

  it('goes on when another fold has removed a file meanwhile', () => {
    const root = newRoot();
    removeFolded(root, ['1-0123456789abcdef']);
    expect(new Counting(root).stats.fold()).toBe(0);
  });

  it('takes a writer that nobody can judge for dead after a week of silence, and counts it once if it comes back', () => {
    const root = newRoot();
    const distant = new Counting(root, { identity: UNKNOWN });
    const folder = new Counting(root);
    distant.stats.adjustTotals(10, 1000);
    distant.count('hitCount', 10);
    const [name = ''] = readdirSync(root.statsDir);
    expect(folder.stats.fold()).toBe(0);

    const silent = new Date(Date.now() - SILENT_LIMIT_MS - 60_000);
    utimesSync(join(root.statsDir, name), silent, silent);
    expect(folder.stats.fold()).toBe(1);
    expect(folder.total('hitCount')).toBe(10);
    // Its name outlives further folds, so that it can tell.
    folder.stats.fold();
    folder.stats.fold();

    for (let count = 1; count <= 200; count++) distant.count('hitCount');
    expect(distant.total('hitCount')).toBe(210);
    expect(folder.total('hitCount')).toBe(210);
    expect(folder.stats.readAll()).toMatchObject({ entries: 10, bytes: 1000 });

    // And once more, with a part of the counts settled already.
    const [again = ''] = readdirSync(root.statsDir);
    utimesSync(join(root.statsDir, again), silent, silent);
    expect(folder.stats.fold()).toBe(1);
    for (let count = 1; count <= 200; count++) distant.count('hitCount');
    distant.stats.close();
    expect(folder.total('hitCount')).toBe(410);
  });

  it('corrects the totals of the store to what was found', () => {
    const root = newRoot();
    const [dead, living] = [new Counting(root, { identity: DEAD }), new Counting(root)];
    dead.stats.adjustTotals(100, 5000);
    dead.count('setCount');
    living.stats.adjustTotals(7, 700);
    living.count('setCount');
    living.stats.fold();
    expect(living.stats.correct({ totalEntries: 9, totalSizeBytes: 900 })).toBe(true);
    expect(living.stats.readAll()).toMatchObject({ entries: 9, bytes: 900 });
    living.stats.adjustTotals(1, 100);
    living.count('setCount');
    expect(new Counting(root).stats.readAll()).toMatchObject({ entries: 10, bytes: 1000 });
    expect(new Counting(root).total('setCount')).toBe(3);
  });
});

describe('.cache_stats.json', () => {
  it('shows the statistics of all processes, and is private', () => {
    const root = newRoot();
    const [first, second] = [new Counting(root), new Counting(root, { identity: DEAD })];
    first.count('hitCount', 3);
    second.count('missCount', 1);
    second.stats.adjustTotals(2, 250);
    second.count('setCount', 2);
    for (const update of [() => first.stats.publish(), () => first.stats.fold()]) {
      update();
      expect(JSON.parse(readFileSync(root.statsFile, 'utf8'))).toMatchObject({
        format: 1,
        totalEntries: 2,
        totalSizeBytes: 250,
        hitCount: 3,
        missCount: 1,
        setCount: 2,
        deleteCount: 0,
        hitRate: 75,
        missRate: 25,
      });
    }
    first.stats.publish({ totalEntries: 5, totalSizeBytes: 600 });
    expect(JSON.parse(readFileSync(root.statsFile, 'utf8'))).toMatchObject({ totalEntries: 5, totalSizeBytes: 600 });
    expect(first.total('missCount')).toBe(1);
    expect(readdirSync(root.tmpDir)).toEqual([]);
  });

  it('counts from zero when it is missing, with the files of writers that live', () => {
    const root = newRoot();
    const [dead, living] = [new Counting(root, { identity: DEAD }), new Counting(root)];
    dead.count('hitCount', 3);
    living.count('hitCount', 4);
    living.stats.fold();
    unlinkSync(root.statsFile);
    expect(living.total('hitCount')).toBe(4);
    living.stats.fold();
    expect(new Counting(root).total('hitCount')).toBe(4);
    expect(living.messages).toEqual([]);
  });

  it('is not made by reading or by counting', () => {
    const root = newRoot();
    const counting = new Counting(root);
    counting.stats.readAll();
    expect(readdirSync(root.statsDir)).toEqual([]);
    counting.count('hitCount', 200);
    expect(existsSync(root.statsFile)).toBe(false);
    rmSync(root.path, { recursive: true });
  });
});
