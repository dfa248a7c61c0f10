const INDENT = '    ';

/** A node with its body indented one step; `header` is what stands before the brace. */
export function node(header: string, body: readonly string[]): string[] {
  return [`${header} {`, ...indent(body), '};'];
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : INDENT + line));
}

/** `name = <a b c>;` */
export function cellProperty(name: string, values: readonly (string | number)[]): string {
  return `${name} = <${values.join(' ')}>;`;
}

/** `name = <&a>, <&b B>;`, one phandle with its cells on a line. */
export function phandleProperty(name: string, values: readonly string[]): string[] {
  const last = values.length - 1;
  if (last === 0) return [`${name} = <${values[0]}>;`];
  return [`${name}`, ...values.map((value, i) => `${INDENT}${i === 0 ? '=' : ','} <${value}>${i === last ? ';' : ''}`)];
}

export function stringProperty(name: string, value: string): string {
  return `${name} = ${quote(value)};`;
}

/** A devicetree string: quotes and backslashes escaped, control characters (line ends too) turned into blanks. */
function quote(text: string): string {
  return `"${oneLine(text).replace(/[\\"]/g, '\\$&')}"`;
}

/**
 * Free text as line comments. Each line of the text becomes a line of its own, and loses what would join the next line
 * to the comment: the preprocessor takes a backslash (or `??/`) at the end of a line, blanks after it or not, for that.
 */
export function comment(text: string): string[] {
  return text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => oneLine(line).replace(/(?:\\|\?\?\/|\s)+$/, ''))
    .filter((line) => line.trim() !== '')
    .map((line) => `// ${line}`);
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}
