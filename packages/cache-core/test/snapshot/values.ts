const KEYS = ['a', 'b', 'then', '1', '', '__proto__', 'constructor', 'a"b\\', `$\{x}\``, '*/\n//', '\u2028', '\ud800'];
const PRIMITIVES = [null, undefined, true, -0, 1.5, Number.NaN, 12n, 'text', ''];

/**
 * A value of plain data, dates and bytes with few shapes and many exceptions: records that lack a field or have them in
 * another order, arrays of what is alike, of anything, and with holes.
 * @param random from 0 up to 1
 */
export function randomValue(random: () => number, levels = 4): unknown {
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const fields = [pick(KEYS), pick(KEYS), pick(KEYS)];

  function record(levelsLeft: number): object {
    const target: object = below(8) === 0 ? Object.create(null) : {};
    const keys = below(6) === 0 ? fields.slice(1) : below(6) === 0 ? [...fields].reverse() : fields;
    for (const key of keys) {
      const value = any(levelsLeft - 1);
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return target;
  }

  function array(levelsLeft: number): unknown[] {
    const length = below(7);
    const make = pick([record, array, any, () => pick(PRIMITIVES)]);
    const elements = Array.from({ length }, () => (levelsLeft > 1 ? make(levelsLeft - 1) : pick(PRIMITIVES)));
    if (length > 0 && below(10) === 0) delete elements[below(length)];
    return elements;
  }

  function any(levelsLeft: number): unknown {
    if (levelsLeft <= 0) return pick(PRIMITIVES);
    const kind = below(10);
    if (kind < 4) return record(levelsLeft);
    if (kind < 7) return array(levelsLeft);
    if (kind === 7) return pick([new Date(5), new Map([['k', { n: 1 }]]), Buffer.from('b'), new Set([[1]])]);
    return pick(PRIMITIVES);
  }

  return record(levels);
}

/** Every object in a value, and in its collections. */
export function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null) return found;
  found.add(ArrayBuffer.isView(value) && !Buffer.isBuffer(value) ? value.buffer : value);
  if (value instanceof Map) for (const pair of value) objectsIn(pair, found);
  else if (value instanceof Set) for (const item of value) objectsIn(item, found);
  else if (!ArrayBuffer.isView(value)) for (const key of Object.keys(value)) objectsIn(Reflect.get(value, key), found);
  return found;
}
