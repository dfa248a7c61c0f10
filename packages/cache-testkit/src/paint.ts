/** How the parts of a text report are set apart. */
export interface Paint {
  heading(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
}

const asItIs = (text: string) => text;

export const plainPaint: Paint = { heading: asItIs, good: asItIs, bad: asItIs, faint: asItIs };

/** ANSI escapes by hand: `styleText` of `node:util` came after Node 20.0. */
export const terminalPaint: Paint = {
  heading: escaped(1, 22),
  good: escaped(32, 39),
  bad: escaped(31, 39),
  faint: escaped(2, 22),
};

function escaped(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
