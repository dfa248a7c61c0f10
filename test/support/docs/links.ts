import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { readPage, repositoryRoot } from './pages.js';

/** Links of a page that lead nowhere in the repository: a missing file, or a heading that its page does not have. */
export function brokenLinks(page: string): string[] {
  const links = [...withoutCode(readPage(page)).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(
    ([, target = '']) => target,
  );
  return links.filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(page, target));
}

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = decodeURI(target).split('#');
  const file = path === '' ? page : posix.normalize(posix.join(dirname(page), path));
  const absolute = join(repositoryRoot, file);
  if (!existsSync(absolute)) return false;
  if (anchor === undefined) return true;
  return statSync(absolute).isFile() && anchors(withoutCode(readPage(file))).includes(anchor);
}

/** The names that GitHub gives to a page's headings. */
function anchors(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+\s+(.+)$/gm)].map(([, text = '']) => text.trim().toLowerCase());
  return headings.map((text) => text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-'));
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^\s*(`{3,}|~{3,})[\s\S]*?^\s*\1\s*$/gm, '');
}
