/** Lines of the beginning, where instances are made, and of the end, where the fault shows. */
const FIRST_LINES = 6;
const LAST_LINES = 40;

/** Something that a check did. */
export interface Step {
  readonly text: string;
  /** It is part of an operation: an event that was told, a factory that ran. */
  readonly isInside: boolean;
  /** What came of it; empty for a step that has no outcome, `undefined` before its end. */
  outcome: string | undefined;
  /** When it began and ended, in the order of all beginnings and ends. */
  readonly start: number;
  end: number | undefined;
  /** No other operation began or ended while it ran. */
  isAlone: boolean;
}

interface Row {
  readonly moment: number;
  /** Rows that follow each other and are alike in this are one line. */
  readonly text: string;
  /** Numbers a step whose beginning and end stand in rows of their own. */
  readonly number?: number;
  readonly outcome?: string;
}

/**
 * A line for each step, `operation → outcome`. Where others ran at the same time it has two: `operation … (1)`, and
 * `(1) → outcome` further down. What is repeated is counted, and the middle of a long story left out.
 */
export function stepLines(steps: readonly Step[]): string[] {
  const lines = merged(rowsOf(steps)).map(lineOf);
  const dropped = lines.length - FIRST_LINES - LAST_LINES;
  if (dropped < 2) return lines;
  return [...lines.slice(0, FIRST_LINES), `(${dropped} more lines)`, ...lines.slice(-LAST_LINES)];
}

function rowsOf(steps: readonly Step[]): Row[] {
  const rows: Row[] = [];
  let number = 0;
  for (const { text: name, isInside, outcome, start, end, isAlone } of steps) {
    const text = isInside ? `  ${name}` : name;
    if (outcome === '') rows.push({ moment: start, text });
    else if (outcome === undefined) rows.push({ moment: start, text: `${text} → (has not ended)` });
    else if (isAlone || end === undefined) rows.push({ moment: start, text: `${text} → ${outcome}` });
    else {
      number++;
      rows.push({ moment: start, text, number }, { moment: end, text: '', number, outcome });
    }
  }
  return rows.sort((a, b) => a.moment - b.moment);
}

interface Run {
  readonly row: Row;
  count: number;
  last: number | undefined;
}

function merged(rows: readonly Row[]): Run[] {
  const runs: Run[] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    const isAlike = run !== undefined && run.row.text === row.text && run.row.outcome === row.outcome;
    const isNext = row.number === undefined || (run?.last !== undefined && run.last + 1 === row.number);
    if (isAlike && isNext) {
      run.count++;
      run.last = row.number;
    } else {
      runs.push({ row, count: 1, last: row.number });
    }
  }
  return runs;
}

function lineOf({ row: { text, number, outcome }, count, last }: Run): string {
  if (number === undefined) return count === 1 ? text : `${text} (${count} times)`;
  const numbers = count === 1 ? `(${number})` : `(${number} to ${last})`;
  return outcome === undefined ? `${text} … ${numbers}` : `${numbers} → ${outcome}`;
}
