import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { onTestFinished } from 'vitest';

/** Calls of `node:fs` that take a path first, and return when they are done. */
const SYNC_CALLS = [
  'openSync',
  'readFileSync',
  'writeFileSync',
  'renameSync',
  'unlinkSync',
  'lstatSync',
  'statSync',
  'readdirSync',
  'mkdirSync',
  'rmdirSync',
  'utimesSync',
  'accessSync',
  'existsSync',
] as const;
/** Those that take an open file first. */
const FILE_CALLS = ['writeSync', 'readSync', 'fstatSync', 'fsyncSync', 'closeSync'] as const;
/** Those that take a path first, and answer by a promise. */
const POOL_CALLS = ['open', 'readFile', 'writeFile', 'rename', 'unlink', 'lstat', 'opendir', 'readdir'] as const;
/** Methods of what `open` of `node:fs/promises` gives; `close` is none of its class, and out of reach. */
const HANDLE_CALLS = ['writeFile', 'write', 'read', 'readFile', 'stat', 'sync'] as const;

export type Call =
  | { readonly sync: (typeof SYNC_CALLS)[number] }
  | { readonly file: (typeof FILE_CALLS)[number] }
  | { readonly pool: (typeof POOL_CALLS)[number] }
  | { readonly handle: (typeof HANDLE_CALLS)[number] };

/** Every call that a fault can be put into. */
export const ALL_CALLS: readonly Call[] = [
  ...SYNC_CALLS.map((sync) => ({ sync })),
  ...FILE_CALLS.map((file) => ({ file })),
  ...POOL_CALLS.map((pool) => ({ pool })),
  ...HANDLE_CALLS.map((handle) => ({ handle })),
];

export interface FaultPlan {
  readonly call: Call;
  readonly code: keyof typeof constants.errno;
  /** Calls on paths that contain this are counted; others never fail. */
  readonly path: string;
  /** The first call to fail, from 1. */
  readonly nth?: number;
  /** How many fail, from then on; `Infinity` until the fault ends. @default 1 */
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
  let isOver = false;
  const isNext = (target: string | undefined): boolean => {
    if (isOver || target === undefined || !target.includes(path)) return false;
    calls++;
    if (calls < nth || calls >= nth + times) return false;
    failed++;
    return true;
  };
  const restore = intercept(call, code, isNext);
  const end = () => {
    // Restoring is not enough: graceful-fs, loaded with the first lock, wraps what it finds in `node:fs` for good.
    isOver = true;
    restore();
  };
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

/** Makes every call on paths below `path` fail until it ends: the disk is gone. */
export function injectOutage(code: FaultPlan['code'], path: string): InjectedFault {
  const faults = ALL_CALLS.map((call) => injectFault({ call, code, path, times: Number.POSITIVE_INFINITY }));
  const sum = (count: (fault: InjectedFault) => number) => faults.reduce((total, fault) => total + count(fault), 0);
  return {
    get seen() {
      return sum(({ seen }) => seen);
    },
    get failed() {
      return sum(({ failed }) => failed);
    },
    end: () => {
      for (const fault of faults.toReversed()) fault.end();
    },
  };
}

type IsNext = (target: string | undefined) => boolean;

function intercept(call: Call, code: FaultPlan['code'], isNext: IsNext): () => void {
  if ('sync' in call) return interceptSync(call.sync, code, isNext);
  if ('file' in call) return interceptFile(call.file, code, isNext);
  if ('pool' in call) return interceptPool(call.pool, code, isNext);
  return interceptHandle(call.handle, code, isNext);
}

function interceptSync(name: (typeof SYNC_CALLS)[number], code: FaultPlan['code'], isNext: IsNext): () => void {
  return replace(fs, name, (original) => (...args: unknown[]) => {
    const target = args[0];
    // Some of them take an open file too.
    const path = typeof target === 'number' ? pathOf(target) : String(target);
    if (!isNext(path)) return Reflect.apply(original, fs, args);
    // The one call that tells a fault from nothing by nothing.
    if (name === 'existsSync') return false;
    throw systemError(code, name, path);
  });
}

function interceptFile(name: (typeof FILE_CALLS)[number], code: FaultPlan['code'], isNext: IsNext): () => void {
  return replace(fs, name, (original) => (...args: unknown[]) => {
    const path = pathOf(Number(args[0]));
    if (!isNext(path)) return Reflect.apply(original, fs, args);
    // As the system does it: the error is told, and the file is closed.
    if (name === 'closeSync') Reflect.apply(original, fs, args);
    throw systemError(code, name, path);
  });
}

function interceptPool(name: (typeof POOL_CALLS)[number], code: FaultPlan['code'], isNext: IsNext): () => void {
  return replace(fs.promises, name, (original) => async (...args: unknown[]) => {
    const target = args[0];
    if (typeof target === 'string' && isNext(target)) throw systemError(code, name, target);
    return Reflect.apply(original, fs.promises, args);
  });
}

function interceptHandle(name: (typeof HANDLE_CALLS)[number], code: FaultPlan['code'], isNext: IsNext): () => void {
  return replace(handlePrototype, name, (original) => {
    return async function (this: { readonly fd: number }, ...args: unknown[]) {
      const path = pathOf(this.fd);
      if (!isNext(path)) return Reflect.apply(original, this, args);
      throw systemError(code, name, path);
    };
  });
}

const readLink = fs.readlinkSync;

/** Where an open file is, as the kernel shows it; `undefined` where there is no `/proc`. */
function pathOf(fd: number): string | undefined {
  try {
    return readLink(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

const handlePrototype: object = await open(process.execPath).then(async (handle) => {
  await handle.close();
  return Object.getPrototypeOf(handle);
});

type AnyFunction = (...args: never[]) => unknown;

function replace(
  owner: object,
  name: string,
  wrap: (original: AnyFunction) => (this: { readonly fd: number }, ...args: unknown[]) => unknown,
) {
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

const namesByErrno = getSystemErrorMap();

/** As Node makes it: an error number that it does not know, such as EDQUOT's, has no name. */
function systemError(name: FaultPlan['code'], call: string, path: string | undefined): Error {
  const errno = -constants.errno[name];
  const [code, text] = namesByErrno.get(errno) ?? [`Unknown system error ${errno}`, `Unknown system error ${errno}`];
  const where = path === undefined ? '' : ` '${path}'`;
  return Object.assign(new Error(`${code}: ${text}, ${call}${where}`), { code, errno, syscall: call, path });
}
