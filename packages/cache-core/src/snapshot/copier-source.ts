import { type ArrayShape, type RecordShape, type Shape, signatureOf } from './shape.js';

/** Arrays up to this length are written out: a literal is made faster than an array that is filled. */
const WRITTEN_OUT = 3;
/** Records within records are written out as long as the way to them is no longer, in UTF-16 units: each field repeats it. */
const LONGEST_PATH = 100;

/**
 * JavaScript that copies values of one shape: the body of a function that is given `copyValue`, for what the shape does
 * not tell, and returns the copier. Keys are all that it has of a value, and those only quoted, as JSON.
 */
export function copierSource(shape: Shape): string {
  const functions = new CopierFunctions();
  const copy = functions.expression(shape, 'value');
  return `'use strict';\n${functions.text}return (value) => (${copy});`;
}

class CopierFunctions {
  readonly #names = new Map<string, string>();
  #text = '';

  get text(): string {
    return this.#text;
  }

  /** What copies the value of `source`, an expression itself. */
  expression(shape: Shape, source: string): string {
    switch (shape.kind) {
      case 'primitive':
      case 'none':
        return source;
      case 'unknown':
        return `copyValue(${source})`;
      case 'optional':
        return this.#call(`?${signatureOf(shape.item)}`, source, () => {
          const copy = this.expression(shape.item, 'value');
          return `return typeof value === 'object' && value !== null ? ${copy} : value;`;
        });
      case 'array':
        return this.#array(shape, source);
      case 'record':
        return source.length > LONGEST_PATH ? this.#element(shape, source) : this.#record(shape, source);
    }
  }

  #array(shape: ArrayShape, source: string): string {
    if (shape.item.kind === 'none') return '[]';
    if (shape.item.kind === 'primitive') return `${source}.slice()`;
    return this.#call(signatureOf(shape), source, () => {
      const element = (index: number | string) => this.#element(shape.item, `value[${index}]`);
      const written = Array.from({ length: WRITTEN_OUT + 1 }, (_, length) => {
        return `case ${length}: return [${Array.from({ length }, (_, index) => element(index)).join()}];`;
      });
      return `const { length } = value;
switch (length) { ${written.join(' ')} }
const copy = new Array(length);
for (let index = 0; index < length; index++) copy[index] = ${element('index')};
return copy;`;
    });
  }

  /** Of a record in a function of its own, which is compiled once for all places in an array. */
  #element(shape: Shape, source: string): string {
    if (shape.kind !== 'record') return this.expression(shape, source);
    return this.#call(signatureOf(shape), source, () => `return ${this.#record(shape, 'value')};`);
  }

  #record(shape: RecordShape, source: string): string {
    const fields = shape.fields.map((field) => {
      const name = JSON.stringify(field.key);
      const copy = this.expression(field.shape, `${source}[${name}]`);
      // In brackets it is a key like others, and no prototype.
      return `${field.key === '__proto__' ? `[${name}]` : name}: ${copy}`;
    });
    if (!shape.hasPrototype) fields.unshift('__proto__: null');
    return `{ ${fields.join(', ')} }`;
  }

  #call(signature: string, source: string, body: () => string): string {
    let name = this.#names.get(signature);
    if (name === undefined) {
      name = `copy${this.#names.size}`;
      this.#names.set(signature, name);
      const text = body();
      this.#text += `function ${name}(value) { ${text} }\n`;
    }
    return `${name}(${source})`;
  }
}
