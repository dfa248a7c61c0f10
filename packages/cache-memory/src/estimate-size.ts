/** Up to this length, counting a string's bytes here costs less than the call into native code. */
const SHORT_STRING = 64;
/** Bytes of a date as JSON, quoted. */
const DATE_BYTES = 26;

/**
 * About how many bytes the value takes as JSON in UTF-8; bytes count as they are. What JSON has no words for counts as
 * the nearest it has: maps and sets as arrays. Never recurses and never throws: what is stored by reference may be a
 * chain of any length, and have getters that throw.
 * @param isTree whether nothing occurs in it twice; otherwise, as in a cycle, what does is counted once
 */
export function estimateSize(value: unknown, isTree: boolean): number {
  if (typeof value !== 'object' || value === null) return primitiveSize(value);
  const seen = isTree ? undefined : new Set<object>();
  const pending: unknown[] = [value];
  let bytes = 0;
  while (pending.length > 0) {
    const item = pending.pop();
    if (typeof item !== 'object' || item === null) {
      bytes += primitiveSize(item);
    } else if (seen === undefined || !seen.has(item)) {
      seen?.add(item);
      bytes += openObject(item, pending);
    }
  }
  return bytes;
}

/** The bytes of an object beside its parts, which join those to be counted. */
function openObject(value: object, pending: unknown[]): number {
  if (Array.isArray(value)) {
    return arraySize(value, pending);
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (value instanceof Date) return DATE_BYTES;
  if (value instanceof Map) {
    for (const [key, item] of value) pending.push(key, item);
    return 2 + value.size * 4;
  }
  if (value instanceof Set) {
    for (const item of value) pending.push(item);
    return 2 + value.size;
  }
  if (value instanceof RegExp) return value.source.length + value.flags.length + 2;
  const keys = Object.keys(value);
  // The brackets, a colon each, and a comma after each but the last.
  let bytes = keys.length === 0 ? 2 : 1;
  for (const key of keys) {
    bytes += stringSize(key) + 2;
    pending.push(readProperty(value, key));
  }
  return bytes;
}

/** From the first hole on by the indices present: an array may claim thousands of millions of elements and hold one. */
function arraySize(value: readonly unknown[], pending: unknown[]): number {
  const { length } = value;
  for (let index = 0; index < length; index++) {
    const item = value[index];
    if (item === undefined && !(index in value)) {
      const keys = Object.keys(value);
      for (const key of keys.slice(index)) pending.push(readProperty(value, key));
      return 2 + keys.length;
    }
    pending.push(item);
  }
  return 2 + Math.max(0, length - 1);
}

function readProperty(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    // A getter of the caller's: what can't be read takes no room.
    return null;
  }
}

function primitiveSize(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return stringSize(value);
    case 'number':
      return numberSize(value);
    case 'bigint':
      return value.toString().length;
    case 'boolean':
      return value ? 4 : 5;
    default:
      return 4;
  }
}

function numberSize(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 1_000) return value < 10 ? 1 : value < 100 ? 2 : 3;
  return String(value).length;
}

/** With its quotes, and with escapes where looking for them is cheap. */
function stringSize(text: string): number {
  const { length } = text;
  if (length > SHORT_STRING) return Buffer.byteLength(text) + 2;
  let bytes = length + 2;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      if (code === 0x22 || code === 0x5c || (code < 0x20 && code >= 0x08 && code <= 0x0d && code !== 0x0b)) bytes++;
      else if (code < 0x20) bytes += 5;
    } else if (code < 0x800) {
      bytes++;
    } else {
      // Each half of a surrogate pair stands for two of its four bytes.
      bytes += code >= 0xd800 && code <= 0xdfff ? 1 : 2;
    }
  }
  return bytes;
}
