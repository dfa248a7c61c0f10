import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTarget } from '../../src/cli/load-target.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testkit-module-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Loads a module of this text. */
async function loading(text: string): Promise<unknown> {
  const name = 'target.mjs';
  writeFileSync(join(directory, name), text);
  return loadTarget(`./${name}`, directory);
}

const TARGET = '{ name: "mine", create() { return this.name; } }';

describe('a target module', () => {
  it('exports its target by default or by name, and is told where it stands', async () => {
    const module = pathToFileURL(join(directory, 'target.mjs')).href;
    expect(await loading(`export default ${TARGET}`)).toMatchObject({ name: 'mine', module });
    writeFileSync(join(directory, 'named.mjs'), `export const target = Object.freeze(${TARGET})`);
    expect(await loadTarget('named.mjs', directory)).toMatchObject({ name: 'mine' });
  });

  it('may say itself where it stands', async () => {
    writeFileSync(join(directory, 'own.mjs'), `export default { ...${TARGET}, module: 'file:///elsewhere.js' }`);
    expect(await loadTarget('./own.mjs', directory)).toMatchObject({ module: 'file:///elsewhere.js' });
  });

  it('may be a package, found from the current directory', async () => {
    const folder = join(directory, 'node_modules', 'their-cache');
    mkdirSync(folder, { recursive: true });
    const manifest = { name: 'their-cache', exports: { './conformance': { import: './target.mjs' } } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'target.mjs'), `export default ${TARGET}`);
    expect(await loadTarget('their-cache/conformance', directory)).toMatchObject({ name: 'mine' });
    await expect(loadTarget('their-cache', directory)).rejects.toThrow(/neither a file in .* nor a package/);
  });

  it.each([
    ['', /exports nothing; export \{ name, create/],
    ['export const cache = 1', /exports only cache; export/],
    ['export default 5', /exports no target: it is a number/],
    ['export default null; export const target = [5]', /exports no target: its `name` is no text/],
    ['export default class Mine {}', /exports no target: it is the function Mine/],
    ['export default { create() {} }', /its `name` is no text/],
    ['export default { name: "mine" }', /its `create` is no function/],
    [`export default { ...${TARGET}, skip: { 'ttl/unit': 'x' } }`, /did you mean 'ttl\/units'\?/],
    [`export default { ...${TARGET}, skip: { 'ttl/units': '' } }`, /skips 'ttl\/units' without a reason/],
    ['throw new RangeError("out of order")', /can't be imported: RangeError: out of order\n\s+at .*target\.mjs:1/],
    ['throw "text"', /can't be imported: it throws text/],
    ['import "./missing.js"', /can't be imported: .*missing\.js/],
    ['export default {', /can't be imported: /],
  ])('%j is refused', async (text, message) => {
    await expect(loading(text)).rejects.toThrow(message);
  });

  it('that is not there is refused', async () => {
    await expect(loadTarget('./target.mjs', directory)).rejects.toThrow(`there is no file ${directory}`);
    await expect(loadTarget('target', directory)).rejects.toThrow(
      /'target' is neither a file in .*: Cannot find package/,
    );
    await expect(loadTarget('.', directory)).rejects.toThrow(/is a directory: name the module's file/);
  });
});
