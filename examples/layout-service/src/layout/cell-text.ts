// A name ZMK knows, a whole number, or one of the marks of a call.
const TOKEN = /[A-Za-z_][A-Za-z0-9_]*|0[xX][0-9A-Fa-f]+|[0-9]+|[(),]| +/y;
const MAX_LENGTH = 200;

/** What may stand in a parameter, for error messages. */
export const CELL_TEXT_RULE = 'a name (LSHFT), a whole number, or a call of them (LC(LS(A)))';

/**
 * Splits text such as `BT_SEL 0` or `LC(LS(A)) 1` into its cells, blanks inside calls removed. `undefined` for anything
 * but names, whole numbers and well-formed calls: nothing that could end the cell, the property or the line passes.
 */
export function parseCells(text: string): string[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const cells: string[] = [];
  let cell = '';
  let depth = 0;
  // What stood before: nothing that a value could follow, a number or a closed call, or a name, which may open a call.
  let last: 'none' | 'value' | 'name' = 'none';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return undefined;
    if (token.startsWith(' ')) {
      if (depth > 0) continue;
      if (last === 'none') return undefined;
      cells.push(cell);
      cell = '';
      last = 'none';
      continue;
    }
    if (token === '(') {
      if (last !== 'name') return undefined;
      depth += 1;
      last = 'none';
    } else if (token === ')' || token === ',') {
      if (depth === 0 || last === 'none') return undefined;
      if (token === ')') depth -= 1;
      last = token === ')' ? 'value' : 'none';
    } else {
      if (last !== 'none') return undefined;
      last = /^[0-9]/.test(token) ? 'value' : 'name';
    }
    cell += token;
  }
  if (depth > 0 || last === 'none') return undefined;
  cells.push(cell);
  return cells;
}
