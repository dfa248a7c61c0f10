/**
 * Where text stops being JSON, as `line 3 column 7`. JSON.parse gives a position for some faults only, and differently
 * from one version of Node to the next.
 */
export function locateJsonFault(text: string): string {
  const before = text.slice(0, faultIndex(text)).split('\n');
  return `line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** What may come next: a value, a key of an object, `:` after a key, or `,` (or the closing bracket) after a value. */
type Expected = 'value' | 'key' | 'colon' | 'comma';

function faultIndex(text: string): number {
  const closers: string[] = [];
  let expected: Expected = 'value';
  let opened = false;
  let index = 0;
  for (;;) {
    index = skip(BLANKS, text, index);
    const start = index;
    const mark = text[index];
    const end = mark === '"' ? endOfString(text, index) : skip(LITERAL, text, index);
    const isValue = end > start;
    index = isValue ? end : index + 1;
    if (closers.length === 0 && expected === 'comma') return start;
    if (mark !== undefined && mark === closers.at(-1) && (expected === 'comma' || opened)) {
      closers.pop();
      expected = 'comma';
      opened = false;
      continue;
    }
    opened = false;
    if (expected === 'value' && (mark === '{' || mark === '[')) {
      closers.push(mark === '{' ? '}' : ']');
      expected = mark === '{' ? 'key' : 'value';
      opened = true;
    } else if (expected === 'value' && isValue) expected = 'comma';
    else if (expected === 'key' && isValue && mark === '"') expected = 'colon';
    else if (expected === 'colon' && mark === ':') expected = 'value';
    else if (expected === 'comma' && mark === ',') expected = closers.at(-1) === '}' ? 'key' : 'value';
    else return start;
  }
}

const BLANKS = /[ \t\r\n]*/y;
const LITERAL = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)?/y;
const ESCAPE = /(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))?/y;

function skip(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  pattern.test(text);
  return Math.max(index, pattern.lastIndex);
}

/** The index after the string that starts at `index`, or `index` if it is none. A loop: a pattern would need a deep stack. */
function endOfString(text: string, index: number): number {
  let i = index + 1;
  while (i < text.length) {
    const character = text.charAt(i);
    if (character === '"') return i + 1;
    if (character < ' ') return index;
    const next = character === '\\' ? skip(ESCAPE, text, i) : i + 1;
    if (next === i) return index;
    i = next;
  }
  return index;
}
