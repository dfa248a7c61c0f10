import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFilesystemCache } from '@glovebox/cache-config';
import { compileKeymap, parseLayout } from '@glovebox/example-layout-service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../demo.mjs', import.meta.url));
const shipped = fileURLToPath(new URL('../../layouts/', import.meta.url));
const real = fileURLToPath(new URL('../../../../shared/data/layouts/', import.meta.url));

let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
  root = join(folder, 'cache');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function demo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { INIT_CWD: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: { ...inherited, ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

const cachedDemo = (...args: string[]) => demo([...args, '--cache-root', root]);

async function cachedEntries(): Promise<number> {
  await using cache = createFilesystemCache({ cacheRoot: root });
  return (await cache.getStats()).totalEntries;
}

function layout(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Makes a folder in a folder; the path of the outer one. */
function directory(outer: string, inner: string): string {
  mkdirSync(join(folder, outer, inner), { recursive: true });
  return join(folder, outer);
}

const pad = {
  keyboard: 'pad',
  title: 'Pad',
  layer_names: ['A'],
  layers: [[{ value: '&kp', params: [{ value: 'A' }] }]],
};

describe('a run', () => {
  it('shows what was compiled, cold beside warm, the statistics and the folder', async () => {
    const { code, stdout, stderr } = await cachedDemo();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/keyboard +glove80\n/);
    expect(stdout).toMatch(/title +Meadow\n/);
    expect(stdout).toMatch(/layers +10, 800 keys in all\n/);
    expect(stdout).toMatch(/hold-taps +4\n +combos +6\n +macros +6\n/);
    expect(stdout).toMatch(/keymap +[\d.]+ KiB of ZMK devicetree\n/);
    expect(stdout).toMatch(/cold +warm/);
    expect(stdout).toMatch(/loadLayout\(file\) +[\d.]+ ms +[\d.]+ ms +[\d.]+× +miss\n/);
    expect(stdout).toMatch(/compileLayout\(file\) +[\d.]+ ms +[\d.]+ ms +[\d.]+× +miss\n/);
    expect(stdout).toMatch(/listFirmware\(\) .* 1 → 0 /);
    expect(stdout).toMatch(/hit rate +0\.0 % +[\d.]+ %\n/);
    expect(stdout).toMatch(/errors +0 +0\n/);
    expect(stdout).toContain(root);
    expect(stdout).toContain('Nothing was kept from earlier runs');
    // Not a terminal: no colours.
    expect(stdout).not.toContain('\u001b');
  });

  it('after another one shows what that one kept', async () => {
    await cachedDemo();
    const kept = await cachedEntries();
    const { code, stdout } = await cachedDemo();
    expect(code).toBe(0);
    expect(stdout).toMatch(/loadLayout\(file\) .* hit in [\d.]+ ms, kept from an earlier run\n/);
    expect(stdout).toMatch(/compileLayout\(file\) .* hit in [\d.]+ ms, kept from an earlier run\n/);
    expect(stdout).toMatch(/getLayout\(uuid\) +kept +[\d.]+ ms .* 0 → 0 /);
    expect(stdout).toMatch(new RegExp(`${kept} entries and [1-9]\\d* hits were kept from earlier runs`));
    expect(stdout).toMatch(new RegExp(`entries +${kept} +${kept}\\n`));
  });

  it('with a file that changed since starts cold again', async () => {
    const path = layout('pad.json', pad);
    await cachedDemo(path);
    layout('pad.json', { ...pad, title: 'Another pad' });
    const { stdout } = await cachedDemo(path);
    expect(stdout).toMatch(/loadLayout\(file\) .* miss\n/);
    expect(stdout).toMatch(/compileLayout\(file\) .* miss\n/);
  });
});

describe('--out', () => {
  it('makes the folder and writes the keymap there', async () => {
    const out = join(folder, 'a', 'b');
    const { code, stdout } = await cachedDemo('--out', out);
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual(['glove80-meadow.keymap']);
    const path = join(shipped, 'glove80-meadow.json');
    const keymap = compileKeymap(parseLayout(path, readFileSync(path)));
    expect(readFileSync(join(out, 'glove80-meadow.keymap'), 'utf8')).toBe(keymap);
    expect(stdout).toContain(join(out, 'glove80-meadow.keymap'));
  });

  it('takes folder and file as seen from where the user is, and replaces the keymap', async () => {
    layout('my pad.v2.json', pad);
    writeFileSync(join(folder, 'my pad.v2.keymap'), 'old');
    const args = ['--', 'my pad.v2.json', '--out', '.', '--cache-root', 'cache'];
    expect((await demo(args, { INIT_CWD: folder })).code).toBe(0);
    expect(readFileSync(join(folder, 'my pad.v2.keymap'), 'utf8')).toContain('&kp A');
    expect(readdirSync(folder).sort()).toEqual(['cache', 'my pad.v2.json', 'my pad.v2.keymap']);
  });

  it('writes the keymap of each real layout', { timeout: 60_000 }, async ({ skip }) => {
    skip(!existsSync(real), 'the real layouts (../shared/data/layouts) are not here');
    const files = readdirSync(real).filter((file) => file.endsWith('.json'));
    for (const file of files) {
      const { code, stderr } = await cachedDemo(join(real, file), '--out', folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const path = join(real, file);
      const keymap = compileKeymap(parseLayout(path, readFileSync(path)));
      expect(readFileSync(join(folder, file.replace('.json', '.keymap')), 'utf8')).toBe(keymap);
    }
    expect(files.length).toBeGreaterThan(0);
  });
});

describe('what cannot be done ends with exit code 1, says why, and caches nothing', () => {
  const cases: [string, () => string[], RegExp[]][] = [
    ['a missing file', () => ['missing.json'], [/missing\.json: no such file/]],
    ['a directory', () => ['.'], [/is a directory/]],
    ['an empty file', () => [layout('empty.json', '')], [/empty\.json: the file is empty/]],
    [
      'a file that is no JSON',
      () => [layout('x.yaml', 'keyboard: glove80')],
      [/x\.yaml: not JSON from line 1 column 1/],
    ],
    [
      'a foreign file',
      () => [layout('package.json', { name: 'x' })],
      [/package\.json/, /keyboard: found nothing/, /layers: found nothing/],
    ],
    [
      'a broken file',
      () => [layout('broken.json', { ...pad, layers: [[{ value: 'kp' }]] }), '--out', folder],
      [/broken\.json/, /layers\[0\]\[0\]\.value: found "kp"; allowed: a behaviour such as "&kp"/],
    ],
    [
      'an --out that cannot be made',
      () => [layout('pad.json', pad), '--out', join(folder, 'pad.json', 'x')],
      [/--out .*can't write .*pad\.keymap/],
    ],
    [
      'an --out that is a file',
      () => [layout('pad.json', pad), '--out', join(folder, 'pad.json')],
      [/--out .*can't write/],
    ],
    [
      'a directory in the place of the keymap',
      () => [layout('pad.json', pad), '--out', directory('out', 'pad.keymap')],
      [/can't write .*pad\.keymap: a directory is in its place/],
    ],
    ['an unknown option', () => ['--outt', 'x'], [/--outt/, /Usage: pnpm demo/]],
  ];
  it.each(cases)('%s', async (_, args, messages) => {
    const { code, stdout, stderr } = await demo(['--cache-root', root, ...args()]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const message of messages) expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await cachedEntries()).toBe(0);
    expect(readdirSync(folder).filter((name) => /\.(?:keymap|tmp)$/.test(name))).toEqual([]);
  });

  it('a cache folder that is a file', async () => {
    const { code, stderr } = await demo(['--cache-root', layout('pad.json', pad)]);
    expect(code).toBe(1);
    expect(stderr).toContain('pad.json');
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it('--help shows the usage', async () => {
  const { code, stdout } = await demo(['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: pnpm demo \[FILE\] \[--out DIR\]/);
});
