/** How a value is built, as far as a copy has to know it. */
export type Shape =
  /** Strings, numbers and whatever else is copied by naming it. */
  | { readonly kind: 'primitive' }
  /** Of the elements of an empty array. */
  | { readonly kind: 'none' }
  /** Anything: it has to be looked at each time. */
  | { readonly kind: 'unknown' }
  | RecordShape
  | ArrayShape
  | { readonly kind: 'optional'; readonly item: RecordShape | ArrayShape };

export interface RecordShape {
  readonly kind: 'record';
  readonly hasPrototype: boolean;
  /** In the order in which the object has them. */
  readonly fields: readonly Field[];
}

interface Field {
  readonly key: string;
  readonly shape: Shape;
}

/** Without holes, and with one shape for all elements, which is known. */
export interface ArrayShape {
  readonly kind: 'array';
  readonly item: Shape;
}

/** An object with more keys is rather a dictionary, whose keys are its own. */
const MAX_KEYS = 64;
const MAX_LEVELS = 24;

const PRIMITIVE: Shape = { kind: 'primitive' };
const NONE: Shape = { kind: 'none' };
const UNKNOWN: Shape = { kind: 'unknown' };

/** The shape of a snapshot: of plain data that nobody changes. */
export function shapeOf(value: unknown, level = 0): Shape {
  if (typeof value !== 'object' || value === null) return PRIMITIVE;
  if (level >= MAX_LEVELS) return UNKNOWN;
  if (Array.isArray(value)) return arrayShape(value, level);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return UNKNOWN;
  const keys = Object.keys(value);
  if (keys.length > MAX_KEYS) return UNKNOWN;
  const record = value as Readonly<Record<string, unknown>>;
  return {
    kind: 'record',
    hasPrototype: prototype !== null,
    fields: keys.map((key) => ({ key, shape: shapeOf(record[key], level + 1) })),
  };
}

/** Two values of the same signature are copied by the same code. */
export function signatureOf(shape: Shape): string {
  switch (shape.kind) {
    case 'primitive':
      return 'p';
    case 'none':
      return 'n';
    case 'unknown':
      return 'u';
    case 'optional':
      return `?${signatureOf(shape.item)}`;
    case 'array':
      return `[${signatureOf(shape.item)}]`;
    case 'record': {
      const fields = shape.fields.map((field) => `${JSON.stringify(field.key)}:${signatureOf(field.shape)}`);
      return `${shape.hasPrototype ? '' : '0'}{${fields.join()}}`;
    }
  }
}

function arrayShape(array: readonly unknown[], level: number): Shape {
  let item = NONE;
  for (let index = 0; index < array.length; index++) {
    const element = array[index];
    if (element === undefined && !(index in array)) return UNKNOWN;
    item = joined(item, shapeOf(element, level + 1));
    if (item.kind === 'unknown') return UNKNOWN;
  }
  return { kind: 'array', item };
}

/** What fits both: one of the two where it can be, since most elements of an array are alike. */
function joined(a: Shape, b: Shape): Shape {
  if (a === b || b.kind === 'none') return a;
  if (a.kind === 'none') return b;
  if (a.kind === 'unknown' || b.kind === 'unknown') return UNKNOWN;
  if (a.kind === 'primitive') return optional(b);
  if (b.kind === 'primitive') return optional(a);
  if (a.kind === 'optional') return optional(joined(a.item, b.kind === 'optional' ? b.item : b));
  if (b.kind === 'optional') return optional(joined(a, b.item));
  if (a.kind === 'array') return b.kind === 'array' ? joinedArrays(a, b) : UNKNOWN;
  return b.kind === 'record' ? joinedRecords(a, b) : UNKNOWN;
}

function optional(shape: Shape): Shape {
  return shape.kind === 'record' || shape.kind === 'array' ? { kind: 'optional', item: shape } : shape;
}

function joinedArrays(a: ArrayShape, b: ArrayShape): Shape {
  const item = joined(a.item, b.item);
  if (item === a.item) return a;
  return item.kind === 'unknown' ? UNKNOWN : { kind: 'array', item };
}

function joinedRecords(a: RecordShape, b: RecordShape): Shape {
  if (a.hasPrototype !== b.hasPrototype || a.fields.length !== b.fields.length) return UNKNOWN;
  const fields: Field[] = [];
  let isSame = true;
  for (const [index, field] of a.fields.entries()) {
    const other = b.fields[index];
    if (other === undefined || other.key !== field.key) return UNKNOWN;
    const shape = joined(field.shape, other.shape);
    if (shape !== field.shape) isSame = false;
    fields.push({ key: field.key, shape });
  }
  return isSame ? a : { ...a, fields };
}
