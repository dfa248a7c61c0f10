import { afterEach, describe, expect, it } from 'vitest';
import { BlockError, parseBlocks } from './support/docs/blocks.js';
import { DocsChecker } from './support/docs/checker.js';

const fence = '```';
const open: DocsChecker[] = [];

afterEach(() => {
  for (const checker of open.splice(0)) checker.dispose();
});

/** All findings for a page, in the order of its blocks. */
async function check(page: string, timeoutMs = 20_000): Promise<string[]> {
  const blocks = parseBlocks('page.md', page);
  const shell = { scripts: ['demo', 'test', 'check'], packages: ['@glovebox/cache-core'] };
  const checker = new DocsChecker(blocks, { shell, timeoutMs });
  open.push(checker);
  await checker.prepare();
  const findings = await Promise.all(blocks.map((block) => checker.check(block)));
  return findings.flat();
}

function block(info: string, ...lines: string[]): string {
  return [`${fence}${info}`, ...lines, fence, ''].join('\n');
}

describe('a TypeScript block', () => {
  it('is right if it compiles and runs, with the packages of the workspace', async () => {
    const page = block('ts', "import { systemClock } from '@glovebox/cache-core';", 'console.log(systemClock.now());');
    expect(await check(page)).toEqual([]);
  });

  it('is wrong if it does not type-check, by the line of its page', async () => {
    const page = `# Title\n\n${block('ts', 'export const fine = 1;', "export const count: number = 'one';")}`;
    expect(await check(page)).toEqual([expect.stringMatching(/^page\.md:4: line 5,14\): error TS2322/)]);
  });

  it('is wrong if it imports what no package exports', async () => {
    const page = block('ts', "import { nothing } from '@glovebox/cache-core';", 'console.log(nothing);');
    expect(await check(page)).toEqual([expect.stringContaining("no exported member 'nothing'")]);
  });

  it('is wrong if it throws, with the line of its page', async () => {
    const page = block('ts', "throw new Error('the promise of this page is broken');");
    const [finding, ...rest] = await check(page);
    expect(finding).toContain('exit code 1');
    expect(finding).toContain('the promise of this page is broken');
    expect(finding).toMatch(/line-2\.ts:2/);
    expect(rest).toEqual([]);
  });

  it('is wrong if a promise that nobody awaits is rejected', async () => {
    const page = block('ts', "void Promise.reject(new Error('loose'));");
    expect(await check(page)).toEqual([expect.stringContaining('loose')]);
  });

  it('is wrong if it does not end by itself', async () => {
    const page = block('ts', 'setInterval(() => undefined, 1_000);');
    expect(await check(page, 1_000)).toEqual([expect.stringContaining('did not end within 1000 ms')]);
  });

  it('is only compiled if it says why it is not run', async () => {
    expect(await check(block('ts no-run reason="asks a web service"', "throw new Error('run');"))).toEqual([]);
    const wrong = block('ts no-run reason="asks a web service"', "export const count: number = 'one';");
    expect(await check(wrong)).toHaveLength(1);
    expect(() => parseBlocks('page.md', block('ts no-run', ''))).toThrow(BlockError);
  });

  it('sees the block that it continues, and the files of its page', async () => {
    const page = [
      block('ts', "import { readFileSync } from 'node:fs';", 'const one = 1;'),
      block('ts continues', 'if (one !== 1) throw new Error();', "JSON.parse(readFileSync('data.json', 'utf8'));"),
      block('json file="data.json"', '{}'),
      block('ts file="two.ts"', 'export const two = 2;'),
      block('ts', "import { two } from './two.ts';", 'if (two !== 2) throw new Error();'),
    ];
    expect(await check(page.join('\n'))).toEqual([]);
    expect(await check(block('ts', 'if (one !== 1) throw new Error();'))).toEqual([expect.stringContaining("'one'")]);
  });

  it('has a home and a temporary folder of its own', async () => {
    const page = block(
      'ts',
      "import { homedir, tmpdir } from 'node:os';",
      "import { readdirSync } from 'node:fs';",
      'if (!tmpdir().startsWith(homedir()) || readdirSync(tmpdir()).length > 0) throw new Error(tmpdir());',
    );
    expect(await check(page)).toEqual([]);
  });
});

describe('a shell block', () => {
  it('is right with scripts, packages and paths that exist', async () => {
    const page = block(
      'sh',
      'npx -y pnpm@12 demo   # installs, builds, runs',
      'NODE_DEBUG=glovebox-cache pnpm check lint',
      'npm install @glovebox/cache-core',
      'npx glovebox-cache-testkit --list',
      'git clone https://example.org/repository.git && cd repository',
      'jq \'.value\' "$CACHE"/data/*.json | cat',
    );
    expect(await check(page)).toEqual([]);
  });

  it.each([
    ['pnpm dmeo', 'no script "dmeo"'],
    ['npx -y pnpm@12 nothing', 'no script "nothing"'],
    ['npm install @glovebox/cache-redis', '"@glovebox/cache-redis" is none of the packages'],
    ['pnpm demo examples/no/such.json', 'no file "examples/no/such.json"'],
    ['node server.js', 'no file "server.js"'],
    ['npx glovebox-cache-testkit ./target.ts', 'no file "target.ts"'],
    ['cd repository && curl -O it', 'no known form of command'],
  ])('is wrong with `%s`', async (command, finding) => {
    expect(await check(block('sh', command))).toEqual([expect.stringContaining(finding)]);
  });
});

describe('other blocks', () => {
  it('of JSON and YAML must parse', async () => {
    expect(await check(block('json', '{ "a": 1 }') + block('yaml', 'a: [1, 2]'))).toEqual([]);
    expect(await check(block('json', "{ 'a': 1 }"))).toHaveLength(1);
    expect(await check(block('yaml', 'a: [1, 2'))).not.toEqual([]);
  });

  it('must name a known language', async () => {
    expect(await check(block('text', 'as it is'))).toEqual([]);
    expect(await check(block('', 'as it is'))).toEqual([expect.stringContaining('no known language')]);
    expect(await check(block('tx', 'const a = 1;'))).toEqual([expect.stringContaining('"tx" is no known language')]);
  });

  it('are found in lists, with longer fences, and must be closed', () => {
    const page = `1. An item:\n\n   ${fence}ts\n   const a = 1;\n   ${fence}\n\n~~~~text\n~~~\n~~~~\n`;
    expect(parseBlocks('page.md', page)).toMatchObject([
      { language: 'ts', text: 'const a = 1;', line: 4 },
      { language: 'text', text: '~~~', line: 8 },
    ]);
    expect(() => parseBlocks('page.md', `${fence}ts\nconst a = 1;\n`)).toThrow(
      'page.md:1: the code block is never closed',
    );
    expect(() => parseBlocks('page.md', block('ts norun', ''))).toThrow('unknown word "norun"');
  });
});
