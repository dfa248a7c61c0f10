import { expect, it } from 'vitest';
import type { Session, Subject, Value } from '../src/subject.js';
import { valueKinds } from '../src/values.js';
import { verify, WrongSubjectError } from '../src/verify.js';

const [kind] = valueKinds;

/** A right subject, to be made wrong in one place. */
function subjectWith(wrong: (values: Map<string, Value>) => Partial<Session>): Subject {
  return {
    name: 'test',
    gives: { isolation: 'copied', isPersistent: false, crossProcess: 'none' },
    isSynchronous: true,
    open: () => {
      const values = new Map<string, Value>();
      const get = (key: string) => structuredClone(values.get(key));
      const set = (key: string, value: Value) => {
        values.set(key, structuredClone(value));
        return true;
      };
      const getOrSet = (key: string, factory: () => Value) => {
        if (!values.has(key)) set(key, factory());
        return get(key);
      };
      const rest = { miss: get, delete: (key: string) => values.delete(key), close: () => undefined };
      return { get, set, getOrSet, ...rest, ...wrong(values) };
    },
  };
}

async function verified(subject: Subject): Promise<void> {
  if (kind === undefined) throw new Error('no kinds of values');
  await verify(subject, await subject.open({ directory: '.', holdsBytes: false }), kind);
}

it('lets a right subject pass', async () => {
  await expect(verified(subjectWith(() => ({})))).resolves.toBeUndefined();
});

it.each<[string, string, (values: Map<string, Value>) => Partial<Session>]>([
  ['finds every key', 'never set', () => ({ miss: () => ({}) })],
  ['can not store', 'set is not true', () => ({ set: () => false })],
  ['stores nothing', 'get returns another', () => ({ set: () => true })],
  ['returns another value', 'get returns another', () => ({ get: () => ({ title: 'another' }) })],
  ['hands out the stored object', 'not copied', (values) => ({ get: (key) => values.get(key) })],
  [
    'does not say that it has deleted',
    'delete of a key',
    (values) => ({ delete: (key) => values.delete(key) && false }),
  ],
  ['deletes nothing', 'a deleted key', () => ({ delete: () => true })],
  ['runs the factory of a key that is there', 'was run', () => ({ getOrSet: (_key, factory) => factory() })],
  ['computes without storing', 'has not stored', (values) => ({ getOrSet: (key, run) => values.get(key) ?? run() })],
])('refuses a subject that %s', async (_what, message, wrong) => {
  await expect(verified(subjectWith(wrong))).rejects.toThrow(message);
});

it('names the subject, the value and what is wrong', async () => {
  const error: unknown = await verified(subjectWith(() => ({ set: () => false }))).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WrongSubjectError);
  expect(String(error)).toContain('test, 536 B: set is not true');
});
