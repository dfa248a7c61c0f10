import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatTagLine } from '../../src/tags/tag-line.js';
import { TagLog, type TagLogPlace } from '../../src/tags/tag-log.js';
import { temporaryDirectory } from '../support.js';

function newPlace(): TagLogPlace {
  const root = temporaryDirectory();
  const tmpDir = join(root, 'tmp');
  mkdirSync(tmpDir);
  return { folder: join(root, 'tags'), tmpDir };
}

const open = (place: TagLogPlace) => new TagLog(place, 'process');
const logs = ({ folder }: TagLogPlace) => readdirSync(folder).sort();
const fileOf = ({ folder }: TagLogPlace, number = 1) => join(folder, `${number}.log`);

describe('the log of invalidations', () => {
  it('tells what was invalidated since a mark, to everybody', () => {
    const place = newPlace();
    const [log, other] = [open(place), open(place)];
    const before = log.mark();
    expect(other.isInvalidated(['x', 'y'], before)).toBe(false);
    other.invalidate(['x', 'z']);
    const after = log.mark();
    for (const each of [log, other, open(place)]) {
      expect(each.isInvalidated(['y', 'x'], before)).toBe(true);
      expect(each.isInvalidated(['y'], before)).toBe(false);
      expect(each.isInvalidated(['x'], after)).toBe(false);
    }
    expect(readdirSync(place.tmpDir)).toEqual([]);
  });

  it('takes tags of any text', () => {
    const place = newPlace();
    const log = open(place);
    const tags = ['a\nb', '\n', '"', '\u2028', '__proto__', 'ä', 'x'.repeat(100_000), '00000000 ["tag","y"]'];
    const before = log.mark();
    log.invalidate(tags);
    for (const tag of tags) expect(open(place).isInvalidated([tag], before), tag.slice(0, 30)).toBe(true);
    expect(open(place).isInvalidated(['y', 'b', 'proto'], before)).toBe(false);
  });

  it.each([
    ['was removed', (place: TagLogPlace) => rmSync(fileOf(place))],
    ['was removed with its folder', (place: TagLogPlace) => rmSync(place.folder, { recursive: true })],
    ['was emptied', (place: TagLogPlace) => truncateSync(fileOf(place))],
    ['is none', (place: TagLogPlace) => writeFileSync(fileOf(place), 'something else\n')],
  ])('that %s makes what was marked by it invalid, for good', (_what, change) => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    change(place);
    for (const each of [log, open(place)]) expect(each.isInvalidated(['x'], before)).toBe(true);
    const mark = open(place).mark();
    for (const each of [log, open(place)]) {
      expect(each.isInvalidated(['x'], before)).toBe(true);
      expect(each.isInvalidated(['x'], mark)).toBe(false);
    }
  });

  it('of another lineage in its place, of the same name and size, is told from it', () => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    rmSync(fileOf(place));
    const other = open(place).mark();
    expect(other).not.toBe(before);
    expect(log.isInvalidated(['x'], before)).toBe(true);
    expect(log.isInvalidated(['x'], other)).toBe(false);
  });

  it('never takes back an invalidation for a flipped bit, wherever it is', () => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    log.invalidate(['x']);
    const middle = log.mark();
    log.invalidate(['y']);
    const bytes = readFileSync(fileOf(place));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(fileOf(place), damaged);
      const reader = open(place);
      expect(reader.isInvalidated(['x'], before), `bit ${bit}`).toBe(true);
      expect(reader.isInvalidated(['y'], middle), `bit ${bit}`).toBe(true);
      // What begins now is as good as ever.
      const mark = reader.mark();
      expect(open(place).isInvalidated(['x', 'y'], mark), `bit ${bit}`).toBe(false);
    }
  });

  it('that was cut in a line, or before a mark, makes marks invalid, also when it has grown again', () => {
    const whole = newPlace();
    const log = open(whole);
    const before = log.mark();
    const { length: start } = readFileSync(fileOf(whole));
    log.invalidate(['x']);
    const after = log.mark();
    const bytes = readFileSync(fileOf(whole));
    for (let length = start + 2; length < bytes.length; length++) {
      writeFileSync(fileOf(whole), bytes.subarray(0, length));
      const reader = open(whole);
      expect(reader.isInvalidated(['x'], before), `cut to ${length}`).toBe(true);
      expect(reader.isInvalidated(['z'], after), `cut to ${length}`).toBe(true);
      open(whole).invalidate(['z']);
      expect(open(whole).isInvalidated(['z'], after), `grown from ${length}`).toBe(true);
      expect(open(whole).isInvalidated(['x'], before), `grown from ${length}`).toBe(true);
      rmSync(fileOf(whole), { force: true });
    }
  });

  it('that is cut under a process is given up by it', () => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    const { length: start } = readFileSync(fileOf(place));
    log.invalidate(['x']);
    const after = log.mark();
    truncateSync(fileOf(place), start);
    expect(log.isInvalidated(['y'], after)).toBe(true);
    expect(log.isInvalidated(['x'], before)).toBe(true);
    expect(logs(place)).toEqual([]);
  });

  it('goes on behind a torn line, which may have named any tag', () => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    const line = formatTagLine({ kind: 'tag', tag: 'torn', position: undefined });
    writeFileSync(fileOf(place), line.slice(0, 12), { flag: 'a' });
    expect(log.isInvalidated(['y'], before)).toBe(true);
    const mark = log.mark();
    expect(open(place).isInvalidated(['torn', 'y'], mark)).toBe(false);
    writeFileSync(fileOf(place), line.slice(0, 12), { flag: 'a' });
    open(place).invalidate(['x']);
    expect(open(place).isInvalidated(['x'], mark)).toBe(true);
    expect(open(place).isInvalidated(['y'], mark)).toBe(true);
    expect(open(place).isInvalidated(['y', 'x'], log.mark())).toBe(false);
  });

  it('is followed by a shorter one, by which older marks are judged as before', () => {
    const place = newPlace();
    const [log, other] = [open(place), open(place)];
    const marks = [log.mark()];
    log.invalidate(['first']);
    marks.push(log.mark());
    for (let round = 0; !logs(place).includes('3.log'); round++) {
      if (round > 2_000) throw new Error('the log is never written anew');
      log.invalidate([`${round % 10}:${'x'.repeat(4_000)}`]);
    }
    expect(logs(place)).toEqual(['3.log']);
    expect(readFileSync(fileOf(place, 3)).length).toBeLessThan(60_000);
    log.invalidate(['last']);
    for (const each of [log, other, open(place)]) {
      expect(marks.map((mark) => each.isInvalidated(['first'], mark))).toEqual([true, false]);
      expect(marks.map((mark) => each.isInvalidated(['last'], mark))).toEqual([true, true]);
      expect(marks.map((mark) => each.isInvalidated(['other'], mark))).toEqual([false, false]);
      expect(each.isInvalidated(['first', 'last'], each.mark())).toBe(false);
    }
    expect(readdirSync(place.tmpDir)).toEqual([]);
  });

  it('forgets marks of before where there were too many tags since', () => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    const names = Array.from({ length: 1_000 }, (_, index) => index);
    for (let round = 0; round < 70; round++) log.invalidate(names.map((name) => `${round}:${name}`));
    expect(log.isInvalidated(['never invalidated'], before)).toBe(true);
    expect(log.isInvalidated(['never invalidated'], log.mark())).toBe(false);
  });

  it('whose successor was left half made serves on, and is given up by the next invalidation', () => {
    const place = newPlace();
    const log = open(place);
    const before = log.mark();
    const lineage = before.slice(0, before.indexOf(':'));
    const head = formatTagLine({ kind: 'log', lineage, base: 2 ** 33, isProvisional: true });
    writeFileSync(fileOf(place, 2), head);
    expect(log.isInvalidated(['x'], before)).toBe(false);
    const inSecond = open(place).mark();
    expect(log.isInvalidated(['x'], inSecond)).toBe(false);
    expect(open(place).isInvalidated(['x'], before)).toBe(true);
    open(place).invalidate(['x']);
    expect(logs(place)).toEqual(['2.log']);
    for (const each of [log, open(place)]) {
      expect(each.isInvalidated(['x'], before)).toBe(true);
      expect(each.isInvalidated(['x'], inSecond)).toBe(true);
      expect(each.isInvalidated(['y'], inSecond)).toBe(false);
    }
  });
});
