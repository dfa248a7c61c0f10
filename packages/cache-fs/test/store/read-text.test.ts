import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isNotAFile, readText } from '../../src/safe-files.js';
import { temporaryDirectory } from '../support.js';

const END = '}\n';
/** What is read at first. */
const FIRST_BYTES = 16 * 1024;

function fileOf(text: string): string {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, text);
  return path;
}

function errorOf(path: string): unknown {
  try {
    return readText(path, END);
  } catch (error) {
    return error;
  }
}

describe('the text of a file', () => {
  it.each([0, 1, FIRST_BYTES - 3, FIRST_BYTES - 2, FIRST_BYTES - 1, FIRST_BYTES, 5 * FIRST_BYTES + 7])(
    'is whole with %i letters of one byte, and of three',
    (count) => {
      for (const letter of ['x', '€']) {
        const text = `${letter.repeat(count)}${END}`;
        expect(readText(fileOf(text), END)).toBe(text);
      }
    },
  );

  it('is what there is where the end is missing', () => {
    for (const text of ['', 'x', 'x'.repeat(FIRST_BYTES), 'x'.repeat(3 * FIRST_BYTES)]) {
      expect(readText(fileOf(text), END)).toBe(text);
    }
  });

  it('is none of what is no file', (context) => {
    const dir = temporaryDirectory();
    mkdirSync(join(dir, 'folder'));
    symlinkSync(fileOf('linked'), join(dir, 'link'));
    for (const name of ['folder', 'link']) expect(isNotAFile(errorOf(join(dir, name)))).toBe(true);
    expect(errorOf(join(dir, 'none'))).toMatchObject({ code: 'ENOENT' });
    context.skip(process.platform !== 'linux' || process.geteuid?.() !== 0, 'only root makes devices, on Linux');
    execFileSync('mknod', [join(dir, 'endless'), 'c', '1', '5']);
    expect(isNotAFile(errorOf(join(dir, 'endless')))).toBe(true);
  });
});
