import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { onTestFinished } from 'vitest';

/** Calls of `node:fs` that take a path first, with a callback, a promise or neither. */
export const SYNC_CALLS = [
  'openSync',
  'readFileSync',
  'writeFileSync',
  'renameSync',
  'unlinkSync',
  'lstatSync',
  'readdirSync',
  'mkdirSync',
  'existsSync',
] as const;
export const POOL_CALLS = ['open', 'readFile', 'writeFile', 'rename', 'unlink', 'lstat', 'opendir'] as const;

type SyncCall = (typeof SYNC_CALLS)[number];
type PoolCall = (typeof POOL_CALLS)[number];
type Call = { readonly sync: SyncCall } | { readonly pool: PoolCall };

export interface FaultPlan {
  readonly call: Call;
  readonly code: keyof typeof constants.errno;
  /** Calls on paths that contain this are counted; others never fail. */
  readonly path: string;
  /** The first call to fail, from 1. */
  readonly nth?: number;
  /** How many fail, from then on. @default 1 */
  readonly times?: number;
}

export interface InjectedFault {
  /** Calls on the path so far. */
  readonly seen: number;
  /** Calls that have failed. */
  readonly failed: number;
  /** The fault is over. */
  end(): void;
}

/**
 * Makes the nth call of a function of `node:fs` fail with an error number, before it does anything. Real descriptors,
 * directories and files are behind all other calls. Ends with the test at the latest.
 */
export function injectFault({ call, code, path, nth = 1, times = 1 }: FaultPlan): InjectedFault {
  let calls = 0;
  let failed = 0;
  const isNext = (target: unknown): boolean => {
    if (typeof target !== 'string' || !target.includes(path)) return false;
    calls++;
    if (calls < nth || calls >= nth + times) return false;
    failed++;
    return true;
  };
  const end = 'sync' in call ? replaceSync(call.sync, code, isNext) : replaceInPool(call.pool, code, isNext);
  onTestFinished(end);
  return {
    get seen() {
      return calls;
    },
    get failed() {
      return failed;
    },
    end,
  };
}

function replaceSync(name: SyncCall, code: FaultPlan['code'], isNext: (target: unknown) => boolean): () => void {
  return replace(fs, name, (original) => (...args: unknown[]) => {
    if (!isNext(args[0])) return Reflect.apply(original, fs, args);
    // The one call that tells a fault from nothing by nothing.
    if (name === 'existsSync') return false;
    throw systemError(code, name, String(args[0]));
  });
}

function replaceInPool(name: PoolCall, code: FaultPlan['code'], isNext: (target: unknown) => boolean): () => void {
  return replace(fs.promises, name, (original) => async (...args: unknown[]) => {
    if (isNext(args[0])) throw systemError(code, name, String(args[0]));
    return Reflect.apply(original, fs.promises, args);
  });
}

type AnyFunction = (...args: never[]) => unknown;

function replace(owner: object, name: string, wrap: (original: AnyFunction) => (...args: unknown[]) => unknown) {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') throw new TypeError(`there is no ${name}`);
  const wrapped = wrap(original as AnyFunction);
  Reflect.set(owner, name, wrapped);
  syncBuiltinESMExports();
  return () => {
    if (Reflect.get(owner, name) !== wrapped) return;
    Reflect.set(owner, name, original);
    syncBuiltinESMExports();
  };
}

function systemError(code: FaultPlan['code'], call: string, path: string): Error {
  const errno = -constants.errno[code];
  return Object.assign(new Error(`${code}: injected, ${call} '${path}'`), { code, errno, syscall: call, path });
}
