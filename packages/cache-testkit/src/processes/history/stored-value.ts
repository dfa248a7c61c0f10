import { FOREIGN, keyName, MISS, type ValueId, valueName } from './operation.js';

/** What the processes store: it says which write it is, of which key, and every part of it can be told. */
interface StoredValue {
  readonly id: ValueId;
  readonly key: string;
  readonly text: string;
}

const NAME_LENGTH = 20;

/** The value of a write: of one length for all writes of a size, so that only the content tells them apart. */
export function storedValue(id: ValueId, key: number, size: number): StoredValue {
  return { id, key: keyName(key), text: textOf(id, size) };
}

/** Which write a value is of: `FOREIGN` if it is not, in every part, what that write stored under that key. */
export function recognize(value: unknown, key: number): ValueId {
  if (value === undefined) return MISS;
  if (typeof value !== 'object' || value === null) return FOREIGN;
  const id: unknown = Reflect.get(value, 'id');
  const text: unknown = Reflect.get(value, 'text');
  if (typeof id !== 'number' || typeof text !== 'string' || Object.keys(value).length !== 3) return FOREIGN;
  const isWhole = Reflect.get(value, 'key') === keyName(key) && text === textOf(id, text.length);
  return isWhole ? id : FOREIGN;
}

function textOf(id: ValueId, size: number): string {
  const line = `${valueName(id).padEnd(NAME_LENGTH - 1, ' ')}\n`;
  return `${line.repeat(Math.floor(size / NAME_LENGTH))}${'.'.repeat(size % NAME_LENGTH)}`;
}
