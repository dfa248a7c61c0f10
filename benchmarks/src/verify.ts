import { isDeepStrictEqual } from 'node:util';
import type { Gives, Session, Subject } from './subject.js';
import type { ValueKind } from './values.js';

/** What was found wrong with a subject, before anything of it was timed. */
export class WrongSubjectError extends Error {
  constructor(subject: Subject, kind: ValueKind, what: string) {
    super(`${subject.name}, ${kind.name}: ${what}`);
    this.name = 'WrongSubjectError';
  }
}

const KEY = 'verified';

/**
 * Opens a subject and sees that it does what is about to be timed, and gives what the tables say: numbers of a cache that
 * loses or mixes up values say nothing.
 * @returns the open session, as empty as it was
 * @throws WrongSubjectError
 */
export async function verify(subject: Subject, kind: ValueKind, directory: string): Promise<Session> {
  const check = (isRight: boolean, what: string) => {
    if (!isRight) throw new WrongSubjectError(subject, kind, what);
  };
  const options = { directory, holdsBytes: kind.isBytes };
  const session = await subject.open(options);
  check((await session.miss(KEY)) === undefined, 'a key that was never set is not missing');
  check((await session.set(KEY, kind.create())) === true, 'set is not true');
  check(isValue(kind, await session.get(KEY)), 'get returns another value than was set');
  check((await session.set(KEY, kind.create())) === true, 'set of a key that is there is not true');
  check(isValue(kind, await session.getOrSet(KEY, failingFactory)), 'getOrSet of a key that is there differs');
  check((await session.delete(KEY)) === true, 'delete of a key that is there is not true');
  check((await session.miss(KEY)) === undefined, 'a deleted key is not missing');
  check(isValue(kind, await session.getOrSet(KEY, () => kind.create())), 'getOrSet of a missing key differs');
  check(isValue(kind, await session.get(KEY)), 'getOrSet has not stored the value');
  // Bytes can't be frozen: they are copied instead.
  const given = kind.isBytes && subject.gives.isolation === 'frozen' ? 'copied' : subject.gives.isolation;
  const found = await isolationOf(session, kind);
  check(found === given, `values are not ${given}, but ${found}`);

  check((await session.set(KEY, kind.create())) === true, 'set of a changed value is not true');
  await session.close();
  const reopened = await subject.open(options);
  const kept = await reopened.get(KEY);
  if (subject.gives.isPersistent) {
    check(isValue(kind, kept), 'what was stored is not there when it is opened again');
    check((await reopened.delete(KEY)) === true, 'delete after it was opened again is not true');
  } else {
    check(kept === undefined, 'it is persistent after all');
  }
  return reopened;
}

/** Changes what was stored, and what was read, and looks what is read then. */
async function isolationOf(session: Session, kind: ValueKind): Promise<Gives['isolation']> {
  const stored = kind.create();
  await session.set(KEY, stored);
  scribbleOn(stored);
  const read = await session.get(KEY);
  const isStoredApart = isValue(kind, read);
  const isFrozen = Object.isFrozen(read);
  if (!isFrozen) scribbleOn(read);
  const expected = plain(isStoredApart ? kind.create() : stored);
  const isReadApart = read !== stored && isDeepStrictEqual(plain(await session.get(KEY)), expected);
  if (!isReadApart) return 'shared';
  if (!isStoredApart) return 'copied on read';
  return isFrozen ? 'frozen' : 'copied';
}

/** Deep inside where there is a depth: a copy of the surface would not be one. */
function scribbleOn(value: unknown): void {
  if (value instanceof Uint8Array) value[0] = (value[0] ?? 0) ^ 0xff;
  else if (isRecord(value)) {
    const { layers } = value;
    if (!Array.isArray(layers)) value.title = 'scribbled';
    else if (isRecord(layers[0])) layers[0].name = 'scribbled';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isValue(kind: ValueKind, found: unknown): boolean {
  return isDeepStrictEqual(plain(found), plain(kind.create()));
}

function failingFactory(): never {
  throw new Error('the factory of a key that is there was run');
}

/** A Buffer and a Uint8Array of the same bytes are the same value here. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}
