/** A fenced code block of a Markdown page. */
export interface Block {
  /** Path of the page, relative to the repository's root, with `/`. */
  readonly page: string;
  /** Line of the page that holds the block's first line of code, counted from 1. */
  readonly line: number;
  /** First word of the info string; empty if there is none. */
  readonly language: string;
  readonly text: string;
  /** Checked as far as is possible without running it. */
  readonly noRun: boolean;
  readonly reason: string | undefined;
  /** Name under which the later blocks of the page find this one: a module, or a file in their working directory. */
  readonly file: string | undefined;
  /** The block is read as a continuation of the one before it. */
  readonly continues: boolean;
}

/** A block that can't be understood; the message names page and line. */
export class BlockError extends Error {}

export function place(block: Pick<Block, 'page' | 'line'>): string {
  return `${block.page}:${block.line}`;
}

/**
 * All fenced blocks of a page, in order. A fence may stand in a list: its indentation is taken off every line. The info
 * string is the language, then any of `no-run`, `continues`, `reason="…"`, `file="…"`.
 *
 * @throws {BlockError} for an unknown word in an info string, a `no-run` without its reason, a fence that is never closed.
 */
export function parseBlocks(page: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const opening = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(lines[at] ?? '');
    if (opening === null) continue;
    const [, indent = '', fence = '', info = ''] = opening;
    const line = at + 2;
    const end = lines.findIndex((text, index) => index > at && closes(text, fence));
    if (end === -1) throw new BlockError(`${place({ page, line: at + 1 })}: the code block is never closed`);
    const body = lines.slice(at + 1, end).map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text));
    blocks.push({ page, line, text: body.join('\n'), ...parseInfo(info, { page, line: at + 1 }) });
    at = end;
  }
  return blocks;
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === text.charAt(0).repeat(text.length) && text.startsWith(fence);
}

type Info = Pick<Block, 'language' | 'noRun' | 'reason' | 'file' | 'continues'>;

function parseInfo(info: string, where: { page: string; line: number }): Info {
  const [language = '', ...words] = info.match(/[\w-]+="[^"]*"|\S+/g) ?? [];
  const values = new Map<string, string>();
  for (const word of words) {
    const [, name = word, value = ''] = /^([\w-]+)="([^"]*)"$/.exec(word) ?? [];
    if (!['no-run', 'continues', 'reason', 'file'].includes(name)) {
      throw new BlockError(
        `${place(where)}: unknown word ${JSON.stringify(word)} after the language of the code block`,
      );
    }
    values.set(name, value);
  }
  if (values.has('no-run') && !values.get('reason')) {
    throw new BlockError(`${place(where)}: a block with \`no-run\` says why: reason="…"`);
  }
  return {
    language,
    noRun: values.has('no-run'),
    reason: values.get('reason'),
    file: values.get('file'),
    continues: values.has('continues'),
  };
}
