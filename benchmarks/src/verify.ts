import { isDeepStrictEqual } from 'node:util';
import type { Gives, Session, Subject, Value } from './subject.js';
import type { ValueKind } from './values.js';

/** What was found wrong with a subject, before anything of it was timed. */
export class WrongSubjectError extends Error {
  constructor(subject: Subject, kind: ValueKind, what: string) {
    super(`${subject.name}, ${kind.name}: ${what}`);
    this.name = 'WrongSubjectError';
  }
}

const KEY = 'verified';
const TYPED_KEY = 'verified types';

/**
 * Opens a subject and sees that it does what is about to be timed, and gives what the tables say: numbers of a cache that
 * loses or mixes up values say nothing.
 * @returns the open session, as empty as it was
 * @throws WrongSubjectError
 */
export async function verify(subject: Subject, kind: ValueKind, directory: string): Promise<Session> {
  const check: Check = (isRight, what) => {
    if (!isRight) throw new WrongSubjectError(subject, kind, what);
  };
  const open = async () => subject.open({ directory, holdsBytes: kind.isBytes });
  const { gives } = subject;
  const session = await open();
  await checkOperations(check, session, kind);
  // Bytes can't be frozen: they are copied instead.
  const isolation = kind.isBytes && gives.isolation === 'frozen' ? 'copied' : gives.isolation;
  const found = await isolationOf(session, kind);
  check(found === isolation, `values are not ${isolation}, but ${found}`);
  const isTyped = !kind.isBytes && (await holdsTypes(session));
  const isTypedMeant = !kind.isBytes && gives.holds === 'JSON, bytes, Date, Map';
  if (!gives.isPersistent) check(isTyped === isTypedMeant, `Date and Map are ${isTyped ? '' : 'not '}held`);

  check((await session.set(KEY, kind.create())) === true, 'set before it is closed is not true');
  await session.close();
  const reopened = await open();
  if (!gives.isPersistent) {
    check((await reopened.get(KEY)) === undefined, 'it is persistent after all');
    return reopened;
  }
  check(isValue(kind, await reopened.get(KEY)), 'what was stored is not there when it is opened again');
  const isTypedKept = isTyped && isDeepStrictEqual(await reopened.get(TYPED_KEY), typed());
  check(isTypedKept === isTypedMeant, `Date and Map are ${isTypedKept ? '' : 'not '}kept`);
  check((await reopened.delete(KEY)) === true, 'delete after it was opened again is not true');
  if (isTyped) await reopened.delete(TYPED_KEY);
  return reopened;
}

type Check = (isRight: boolean, what: string) => void;

async function checkOperations(check: Check, session: Session, kind: ValueKind): Promise<void> {
  check((await session.miss(KEY)) === undefined, 'a key that was never set is not missing');
  check((await session.set(KEY, kind.create())) === true, 'set is not true');
  check(isValue(kind, await session.get(KEY)), 'get returns another value than was set');
  check((await session.set(KEY, kind.create())) === true, 'set of a key that is there is not true');
  check(isValue(kind, await session.getOrSet(KEY, failingFactory)), 'getOrSet of a key that is there differs');
  check((await session.delete(KEY)) === true, 'delete of a key that is there is not true');
  check((await session.miss(KEY)) === undefined, 'a deleted key is not missing');
  check(isValue(kind, await session.getOrSet(KEY, () => kind.create())), 'getOrSet of a missing key differs');
  check(isValue(kind, await session.get(KEY)), 'getOrSet has not stored the value');
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

/** Stores more than JSON, and whether it comes back as it was: a refusal is as good as a no. */
async function holdsTypes(session: Session): Promise<boolean> {
  try {
    await session.set(TYPED_KEY, typed());
    if (isDeepStrictEqual(await session.get(TYPED_KEY), typed())) return true;
    await session.delete(TYPED_KEY);
  } catch {
    // Refused.
  }
  return false;
}

function typed(): Value {
  return { when: new Date(0), layers: new Map([['base', 1]]) };
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
