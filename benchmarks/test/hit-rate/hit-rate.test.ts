import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beladyHitRate } from '../../src/hit-rate/belady.js';
import { compare } from '../../src/hit-rate/compare.js';
import { generatedTraces } from '../../src/hit-rate/generated-traces.js';
import { replay } from '../../src/hit-rate/replay.js';
import { parseTrace, readTrace } from '../../src/hit-rate/trace.js';
import { UsageError } from '../../src/options.js';

const main = resolve(import.meta.dirname, '../../dist/hit-rate/main.js');
const TRACES = resolve(import.meta.dirname, '../../../../shared/data/traces');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glovebox-hit-rate-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function hitRate(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [main, ...args], (_error, stdout, stderr) => {
      done({ code: child.exitCode, stdout, stderr });
    });
  });
}

describe('Belady', () => {
  // The page references of which most textbooks count the faults: with three frames nine of twenty stay faults.
  const textbook = parseTrace('textbook', '7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1'.replaceAll(' ', '\n'));

  it('gives up what is asked for latest', () => {
    expect(beladyHitRate(textbook.requests, 3)).toBe((100 * 11) / 20);
  });

  it('is never worse than a policy that does not know the future', async () => {
    for (const trace of generatedTraces().slice(0, 2)) {
      const short = { ...trace, requests: trace.requests.slice(0, 5_000) };
      for (const policy of ['lru', 'w-tinylfu'] as const) {
        expect(beladyHitRate(short.requests, 200)).toBeGreaterThan(await replay(short, policy, 200));
      }
    }
  });

  it('stays within a capacity in bytes, and leaves out what is larger than all of it', () => {
    const { requests } = parseTrace('sizes', 'a,40\nb,70\na,40\nhuge,900\nhuge,900\nb,70\na,40\n');
    // a and b do not fit together, and each comes when the other is there.
    expect(beladyHitRate(requests, 100)).toBe(0);
    expect(beladyHitRate(requests, 110)).toBe((100 * 3) / 7);
  });
});

describe('a replay', () => {
  it('of lru over a loop that is one too long never hits, and always where it fits', async () => {
    const loop = parseTrace('loop', Array.from({ length: 400 }, (_, step) => `k${step % 20}`).join('\n'));
    expect(await replay(loop, 'lru', 19)).toBe(0);
    expect(await replay(loop, 'lru', 20)).toBe(95);
  });

  it('counts bytes where the trace has sizes', async () => {
    const trace = parseTrace('sizes', 'small,10\nlarge,80\nsmall,10\nmiddle,50\nsmall,10\nlarge,80\n');
    expect(await replay(trace, 'lru', 200)).toBe(50);
    expect(await replay(trace, 'lru', 100)).toBeCloseTo(100 / 3);
  });

  it('is told for each capacity once, smallest first', async () => {
    const { rows, keys } = await compare(parseTrace('t', 'a\nb\na\nc\na\n'), ['lru'], [2, 1, 2]);
    expect(keys).toBe(3);
    expect(rows.map(({ capacity, byPolicy }) => [capacity, byPolicy.lru])).toEqual([
      [1, 0],
      [2, 40],
    ]);
  });
});

describe('a trace', () => {
  it('is made the same each time from its seed', () => {
    const [first, again] = [generatedTraces(), generatedTraces()];
    expect(first).toEqual(again);
    expect(first.map(({ name }) => name)).toEqual(['zipf', 'zipf-and-scans', 'loop', 'shifting', 'uniform']);
  });

  it('is read from a file, packed or not, with keys that hold commas', () => {
    writeFileSync(join(folder, 'packed.txt.gz'), gzipSync('a\n\nb\n'));
    expect(readTrace(join(folder, 'packed.txt.gz'))).toMatchObject({
      name: 'packed',
      hasSizes: false,
      requests: [{ key: 'a' }, { key: 'b' }],
    });
    expect(parseTrace('sized', 'a,b,7\n').requests).toEqual([{ key: 'a,b', sizeBytes: 7 }]);
  });

  it.each([
    ['', /holds no request/],
    ['a,1\nb,-1\n', /:2: "b,-1" is not "key,size"/],
    ['a,1\nb\n', /:2: "b" is not/],
  ])('that reads %j is refused by file and line', (text, message) => {
    expect(() => parseTrace('bad', text)).toThrow(message);
    expect(() => parseTrace('bad', text)).toThrow(UsageError);
  });

  it('real ones are read as they are counted', (context) => {
    context.skip(!existsSync(TRACES), 'the folder of real traces is not there');
    const files = readdirSync(TRACES).filter((file) => file.endsWith('.gz'));
    expect(files.length).toBeGreaterThan(0);
    const multi1 = readTrace(join(TRACES, 'multi1.txt.gz'));
    expect(multi1.requests.length).toBe(15_858);
    expect(new Set(multi1.requests.map(({ key }) => key)).size).toBe(2_606);
  });
});

describe('pnpm hit-rate', () => {
  it('prints a table a trace, and writes a page with a plot and the numbers', async () => {
    const trace = join(folder, 'mine.txt');
    writeFileSync(trace, Array.from({ length: 600 }, (_, step) => `<k${(step * step) % 37}>`).join('\n'));
    const html = join(folder, 'made', 'page.html');
    const json = join(folder, 'numbers.json');
    const { code, stdout, stderr } = await hitRate(
      trace,
      '--policies',
      'lru,sieve',
      '--capacities',
      '4,9',
      '--html',
      html,
      '--json',
      json,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/mine: 600 requests of \d+ keys; hits in % by entries\nentries +lru +sieve +Belady\n/);
    const page = readFileSync(html, 'utf8');
    expect(page.match(/<polyline points="[\d., ]+"/g)).toHaveLength(3);
    expect(page).not.toContain('NaN');
    const { comparisons } = JSON.parse(readFileSync(json, 'utf8'));
    expect(comparisons[0].rows).toHaveLength(2);
  });

  it.each([
    [['--policies', 'mru'], /--policies holds "mru"; allowed are lru, /],
    [['--capacities', '0'], /--capacities holds "0"/],
    [['no-such-trace.txt'], /no-such-trace\.txt can't be read/],
    [['--nonsense'], /--nonsense/],
  ])('refuses %j and says how it is used', async (args, message) => {
    const { code, stderr } = await hitRate(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('pnpm hit-rate [TRACE...]');
  });
});
