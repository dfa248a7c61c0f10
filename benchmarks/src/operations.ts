import type { Session, Value } from './subject.js';
import type { ValueKind } from './values.js';

/** What a right call returns: a value, or exactly this. */
export type Expected = 'value' | true | undefined;

export interface Operation {
  readonly name: string;
  /** What it is shown with. */
  readonly does: 'read' | 'write';
  /** `stored` keys are there before and after; `fresh` ones are missing, but for what `storesFirst` does. */
  readonly keys: 'stored' | 'fresh';
  /** Stores the fresh keys before the clock starts. */
  readonly storesFirst: boolean;
  /** Removes the fresh keys after the clock has stopped. */
  readonly removesAfter: boolean;
  readonly expected: Expected;
  /** Whether it is measured with a kind of value. @default with all */
  isFor?(kind: ValueKind): boolean;
  bind(session: Session, value: Value): (key: string) => unknown;
}

const nothing = { storesFirst: false, removesAfter: false } as const;

/** Whether a key can be used again at once: the operation leaves it as it was. */
export function isRepeatable({ storesFirst, removesAfter }: Operation): boolean {
  return !storesFirst && !removesAfter;
}

export const operations: readonly Operation[] = [
  {
    name: 'get',
    does: 'read',
    keys: 'stored',
    ...nothing,
    expected: 'value',
    bind: (session) => (key) => session.get(key),
  },
  {
    name: 'miss',
    does: 'read',
    keys: 'fresh',
    ...nothing,
    expected: undefined,
    bind: (session) => (key) => session.miss(key),
  },
  {
    name: 'getOrSet hit',
    does: 'read',
    keys: 'stored',
    ...nothing,
    expected: 'value',
    bind: (session, value) => {
      const factory = () => value;
      return (key) => session.getOrSet(key, factory);
    },
  },
  {
    name: 'set new',
    does: 'write',
    keys: 'fresh',
    storesFirst: false,
    removesAfter: true,
    expected: true,
    bind: (session, value) => (key) => session.set(key, value),
  },
  {
    name: 'set replace',
    does: 'write',
    keys: 'stored',
    ...nothing,
    expected: true,
    bind: (session, value) => (key) => session.set(key, value),
  },
  {
    name: 'delete',
    does: 'write',
    keys: 'fresh',
    storesFirst: true,
    removesAfter: false,
    expected: true,
    bind: (session) => (key) => session.delete(key),
  },
  {
    name: 'getOrSet miss',
    does: 'write',
    keys: 'fresh',
    storesFirst: false,
    removesAfter: true,
    expected: 'value',
    bind: (session, value) => {
      const factory = () => value;
      return (key) => session.getOrSet(key, factory);
    },
  },
  {
    name: 'set + get',
    does: 'write',
    keys: 'stored',
    ...nothing,
    expected: 'value',
    isFor: ({ isBytes }) => isBytes,
    bind: (session, value) => (key) => {
      const isSet = session.set(key, value);
      return typeof isSet === 'boolean' ? session.get(key) : isSet.then(() => session.get(key));
    },
  },
];
