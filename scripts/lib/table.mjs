/** Rows with the same keys as aligned text; numbers, and texts that begin with a digit, stand to the right. */
export function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const width = (column) => Math.max(column.length, ...rows.map((row) => String(row[column]).length));
  const cell = (column, value) => (/^\d/.test(value) ? value.padStart(width(column)) : value.padEnd(width(column)));
  const line = (row) => `  ${columns.map((column) => cell(column, String(row[column]))).join('  ')}`.trimEnd();
  const header = `  ${columns.map((column) => column.padEnd(width(column))).join('  ')}`.trimEnd();
  return [header, ...rows.map(line)].join('\n');
}
