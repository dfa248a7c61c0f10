import { isDeepStrictEqual } from 'node:util';
import type { Session, Subject } from './subject.js';
import type { ValueKind } from './values.js';

/** What was found wrong with a subject, before anything of it was timed. */
export class WrongSubjectError extends Error {
  constructor(subject: Subject, kind: ValueKind, what: string) {
    super(`${subject.name}, ${kind.name}: ${what}`);
    this.name = 'WrongSubjectError';
  }
}

/**
 * Sees that a subject does what is about to be timed: numbers of a cache that loses or mixes up values say nothing.
 * Leaves the session as it was.
 * @throws WrongSubjectError
 */
export async function verify(subject: Subject, session: Session, kind: ValueKind): Promise<void> {
  const check = (isRight: boolean, what: string) => {
    if (!isRight) throw new WrongSubjectError(subject, kind, what);
  };
  const value = kind.create();
  const isEqual = (found: unknown) => isDeepStrictEqual(plain(found), plain(kind.create()));

  check((await session.miss('verified')) === undefined, 'a key that was never set is not missing');
  check((await session.set('verified', value)) === true, 'set is not true');
  const first = await session.get('verified');
  check(isEqual(first), 'get returns another value than was set');
  checkIsolation(subject, kind, value, [first, await session.get('verified')]);
  check((await session.set('verified', kind.create())) === true, 'set of a key that is there is not true');
  check(isEqual(await session.getOrSet('verified', failingFactory)), 'getOrSet of a key that is there differs');
  check((await session.delete('verified')) === true, 'delete of a key that is there is not true');
  check((await session.miss('verified')) === undefined, 'a deleted key is not missing');
  check(isEqual(await session.getOrSet('verified', () => kind.create())), 'getOrSet of a missing key differs');
  check(isEqual(await session.get('verified')), 'getOrSet has not stored the value');
  check((await session.delete('verified')) === true, 'delete after getOrSet is not true');
}

/** The table tells what isolation each subject gives: it had better be so. */
function checkIsolation(subject: Subject, kind: ValueKind, stored: object, [first, second]: readonly unknown[]): void {
  const isSameObject = first === second || first === stored;
  const { isolation } = subject.gives;
  // What can't be frozen, such as bytes, is copied instead.
  const isRight = {
    copied: !isSameObject,
    frozen: first !== stored && (!isSameObject || Object.isFrozen(first)),
    shared: first === stored,
  }[isolation];
  if (!isRight) throw new WrongSubjectError(subject, kind, `what get returns is not ${isolation}`);
}

function failingFactory(): never {
  throw new Error('the factory of a key that is there was run');
}

/** A Buffer and a Uint8Array of the same bytes are the same value here. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}
