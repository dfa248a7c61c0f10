import { stripVTControlCharacters } from 'node:util';

const STYLES = { bold: [1, 22], dim: [2, 22], green: [32, 39], yellow: [33, 39], red: [31, 39] } as const;

/** Puts text in a style, or leaves it alone where colour is not wanted. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

/** Colour for a terminal, unless `NO_COLOR` is set and not empty. */
export function painter(stream: { readonly isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): Paint {
  if (stream.isTTY !== true || env.NO_COLOR || env.TERM === 'dumb') return (_, text) => text;
  return (style, text) => `\u001b[${STYLES[style][0]}m${text}\u001b[${STYLES[style][1]}m`;
}

/** Lines of aligned columns; those named in `right` are aligned to the right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => {
      const blanks = ' '.repeat((widths[i] ?? 0) - width(cell));
      return right.includes(i) ? blanks + cell : cell + blanks;
    });
    return `  ${cells.join('   ').trimEnd()}`;
  });
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Text from a file, fit for a terminal: without control characters, cut at `limit`. */
export function oneLine(text: string, limit = 100): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 3)}...` : line;
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1024 * 1024 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 / 1024).toFixed(1)} MiB`;
}
