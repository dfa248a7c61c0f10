import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { valueKinds } from '../src/values.js';

it.each(valueKinds)(
  'a value of $name is of exactly that size, and equal each time',
  ({ create, isBytes, sizeBytes }) => {
    const value = create();
    expect(value instanceof Uint8Array).toBe(isBytes);
    expect(value instanceof Uint8Array ? value.byteLength : Buffer.byteLength(JSON.stringify(value))).toBe(sizeBytes);
    // Not `toEqual`, which takes long for a megabyte.
    expect(isDeepStrictEqual(create(), value)).toBe(true);
    expect(create() === value).toBe(false);
  },
);

it('the first value is nested', () => {
  const text = JSON.stringify(valueKinds[0]?.create());
  expect(text).toContain('"params":[{"value":"LS","params":[{"value":"N1","params":[]}]}]');
});
