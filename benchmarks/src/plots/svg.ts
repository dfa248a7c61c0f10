/** What the charts of a page share. Colours and fonts come from the page's style, which follows the reader's light or dark. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeText(content: string): string {
  return content.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** A chart that tells its name and its summary to those who don't see it. */
export function svg(
  width: number,
  height: number,
  title: string,
  description: string,
  parts: readonly string[],
): string {
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeText(title)}</title><desc>${escapeText(description)}</desc>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

export type Anchor = 'start' | 'middle' | 'end';

/** @param kind a class of the page's style */
export function text(x: number, y: number, content: string, anchor: Anchor, kind?: string): string {
  const named = kind === undefined ? '' : ` class="${kind}"`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${named}>${escapeText(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${kind}"/>`;
}

/** @param hint shown when it is pointed at */
export function rectangle(x: number, y: number, width: number, height: number, kind: string, hint: string): string {
  const size = `width="${round(width)}" height="${round(height)}"`;
  return `<rect x="${round(x)}" y="${round(y)}" ${size} class="${kind}"><title>${escapeText(hint)}</title></rect>`;
}

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Powers of ten from the one at or below `least` to the one at or above `most`, and at least two. */
export function powersOfTen(least: number, most: number): readonly number[] {
  const first = Math.floor(Math.log10(least) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(most) - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, step) => 10 ** (first + step));
}

/** Round numbers from 0 to the one at or above `most`: four to six steps. */
export function linearMarks(most: number): readonly number[] {
  if (!(most > 0)) return [0, 1];
  const rough = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * rough).find((width) => most / width <= 5) ?? 10 * rough;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, mark) => mark * step);
}

/** From powers of ten on an axis to its pixels. */
export function logScale(marks: readonly number[], from: number, to: number): (value: number) => number {
  const first = Math.log10(marks[0] ?? 1);
  const last = Math.log10(marks.at(-1) ?? 10);
  return (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
}

/** A mark of an axis of times in µs: `0.1`, `1`, `10,000`. */
export function markText(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
