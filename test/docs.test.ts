import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBlocks, place } from './support/docs/blocks.js';
import { DocsChecker } from './support/docs/checker.js';
import { brokenLinks } from './support/docs/links.js';
import { documentationPages, readPage } from './support/docs/pages.js';
import { publishedNames, rootScripts } from './support/docs/workspace.js';

const blocks = documentationPages().flatMap((page) => parseBlocks(page, readPage(page)));
const checker = new DocsChecker(blocks, {
  shell: { scripts: rootScripts(), packages: publishedNames() },
  timeoutMs: 20_000,
});

beforeAll(() => checker.prepare(), 60_000);
afterAll(() => checker.dispose());

describe('code blocks of the documentation', () => {
  for (const block of blocks) {
    it.concurrent(`${place(block)} (${block.language})`, { timeout: 30_000 }, async ({ skip }) => {
      expect(await checker.check(block)).toEqual([]);
      skip(block.noRun, `checked but not run: ${block.reason}`);
    });
  }

  it('are found', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });
});

describe('links of the documentation', () => {
  it.each(documentationPages())('%s leads to files and headings that exist', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });
});
