import { expect, it } from 'vitest';
import type { Gives, Session, Subject, Value } from '../src/subject.js';
import { valueKinds } from '../src/values.js';
import { verify, WrongSubjectError } from '../src/verify.js';

const [kind] = valueKinds;

const gives: Gives = {
  isolation: 'copied',
  keeps: 'memory',
  isPersistent: false,
  afterCrash: 'nothing',
  crossProcess: 'none',
  hasChecksums: false,
  hasExpiry: false,
  limits: 'none',
  computesOnce: 'no',
  holds: 'JSON, bytes, Date, Map',
};

/** A right subject, to be made wrong in one place, or in what it says that it gives. */
function subjectWith(wrong: (values: Map<string, Value>) => Partial<Session>, given: Partial<Gives> = {}): Subject {
  const kept = new Map<string, Value>();
  return {
    name: 'test',
    gives: { ...gives, ...given },
    isSynchronous: true,
    open: () => {
      const values = given.isPersistent === true ? kept : new Map<string, Value>();
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
  await verify(subject, kind, '.');
}

it('lets a right subject pass, persistent or not', async () => {
  await expect(verified(subjectWith(() => ({})))).resolves.toBeUndefined();
  await expect(verified(subjectWith(() => ({}), { isPersistent: true }))).resolves.toBeUndefined();
});

const sharing = (values: Map<string, Value>): Partial<Session> => ({
  get: (key) => values.get(key),
  set: (key, value) => values.set(key, value).has(key),
});
const copyingOnRead = (values: Map<string, Value>): Partial<Session> => ({
  set: (key, value) => values.set(key, value).has(key),
});
const deepFrozen = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  for (const part of Object.values(value)) deepFrozen(part);
  return Object.freeze(value);
};
const freezing = (values: Map<string, Value>): Partial<Session> => ({
  get: (key) => deepFrozen(structuredClone(values.get(key))),
});
const throughJson = (values: Map<string, Value>): Partial<Session> => ({
  set: (key, value) => values.set(key, JSON.parse(JSON.stringify(value))).has(key),
});

it.each<[string, (values: Map<string, Value>) => Partial<Session>, Partial<Gives>, string]>([
  ['isolation shared', sharing, { isolation: 'shared' }, 'not copied, but shared'],
  ['isolation copied on read', copyingOnRead, { isolation: 'copied on read' }, 'not copied, but copied on read'],
  ['isolation frozen', freezing, { isolation: 'frozen' }, 'not copied, but frozen'],
  ['only JSON', throughJson, { holds: 'JSON' }, 'Date and Map are not held'],
])('believes %s if it is said, and not otherwise', async (_what, made, given, message) => {
  await expect(verified(subjectWith(made, given))).resolves.toBeUndefined();
  await expect(verified(subjectWith(made))).rejects.toThrow(message);
});

it('opens it again: what is lost then, or kept against its word, is refused', async () => {
  const forgetful = { ...subjectWith(() => ({})), gives: { ...gives, isPersistent: true } };
  await expect(verified(forgetful)).rejects.toThrow('not there when it is opened again');
  const keeping = { ...subjectWith(() => ({}), { isPersistent: true }), gives };
  await expect(verified(keeping)).rejects.toThrow('persistent after all');
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
