import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CHECK_GROUPS, CHECKS } from '@glovebox/cache-testkit';

/** Where the table stands. */
export const TABLE_FILE = fileURLToPath(new URL('../CHECKS.md', import.meta.url));

/** The list of all checks as Markdown. */
export function checkTable() {
  const parts = CHECK_GROUPS.map((group) => {
    const rows = CHECKS.filter((check) => check.group === group)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, promise, needs }) => [`\`${id}\``, promise.replaceAll('|', '\\|'), needs.join(', ')]);
    return `## ${group}\n\n${tableOf(['id', 'promise', 'needs'], rows)}\n`;
  });
  return `${INTRODUCTION.join('\n')}\n\n${parts.join('\n')}`;
}

const INTRODUCTION = [
  `# The ${CHECKS.length} checks`,
  '',
  'Written by `node scripts/check-table.mjs` from the checks themselves. What a check _needs_ is read from',
  '`cache.capabilities` (see the README); a check without needs is asked of every cache.',
];

/** A table with its columns aligned, as the formatter leaves it. */
function tableOf(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = checkTable();
  const before = await readFile(TABLE_FILE, 'utf8').catch(() => '');
  if (table !== before) await writeFile(TABLE_FILE, table);
}
