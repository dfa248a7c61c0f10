/** One thing wrong with a layout file: where, what stands there, and what may stand there. */
export interface LayoutProblem {
  /** Path into the document, such as `layers[0][3].params[1].value`; empty for the document itself. */
  readonly field: string;
  readonly found: string;
  readonly allowed: string;
}

/** `LAYOUT_UNREADABLE`: no such file, a directory, too large. `LAYOUT_NOT_JSON`: no JSON text. `LAYOUT_INVALID`: no layout. */
export type LayoutErrorCode = 'LAYOUT_UNREADABLE' | 'LAYOUT_NOT_JSON' | 'LAYOUT_INVALID';

const SHOWN_PROBLEMS = 8;

/** A layout file that cannot be used. The message names the file and, for `LAYOUT_INVALID`, the first fields at fault. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
  readonly code: LayoutErrorCode;
  readonly path: string;
  readonly problems: readonly LayoutProblem[];

  constructor(code: LayoutErrorCode, path: string, detail: string, problems: readonly LayoutProblem[] = []) {
    super(`${path}: ${detail}${listProblems(problems)}`);
    this.code = code;
    this.path = path;
    this.problems = problems;
  }
}

function listProblems(problems: readonly LayoutProblem[]): string {
  const lines = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(({ field, found, allowed }) => `\n  ${field || '(document)'}: found ${found}; allowed: ${allowed}`);
  const more = problems.length - SHOWN_PROBLEMS;
  if (more > 0) lines.push(`\n  and ${more} more`);
  return lines.join('');
}

/** Writes a path as people write it: `combos[2].binding.value`. */
export function fieldName(path: readonly PropertyKey[]): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`;
    else name += name === '' ? String(step) : `.${String(step)}`;
  }
  return name;
}

/** A value as an error message shows it: short, on one line, without control characters. */
export function showFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
