import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { nodeModule } from './node-module.js';

/**
 * Who wrote a file, so that others can tell later whether the writer still lives. Plain JSON data.
 *
 * A pid alone is not enough: it is used again after its process ended, it means another process after a restart of the
 * machine, and it means nothing in another container or on another machine that shares the directory.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start of the process in the kernel's ticks since boot; absent where there is no `/proc` (macOS, Windows). */
  readonly startTime?: string;
  /** Random id of this run of the kernel; absent where there is no `/proc`. */
  readonly bootId?: string;
  /** Inode of the pid namespace (a container has its own); absent where there is no `/proc`. */
  readonly pidNamespace?: string;
  readonly host: string;
  /** Set by {@link threadIdentity}: then it is this thread whose life is judged, not only its process. */
  readonly thread?: ThreadIdentity;
}

export interface ThreadIdentity {
  /** Node's `threadId`: 0 is the main thread. */
  readonly id: number;
  /** The kernel's thread id; absent where there is no `/proc`. */
  readonly tid?: number;
  /** Start of the thread in ticks since boot; absent where there is no `/proc`. */
  readonly startTime?: string;
}

/** `'unknown'`: neither its life nor its death can be shown from here, only the age of its heartbeat says anything. */
export type Liveness = 'alive' | 'dead' | 'unknown';

export interface LivenessOptions {
  /** Where the kernel shows its processes. @default '/proc' */
  procDir?: string;
  /** The process that judges. @default the identity of this process */
  self?: ProcessIdentity;
}

export interface Heartbeat {
  /** Milliseconds since the owner last gave a sign of life. */
  ageMs: number;
  /** Age in milliseconds above which an owner that cannot be judged otherwise counts as dead. */
  limitMs: number;
}

let cachedProcess: ProcessIdentity | undefined;
let cachedThread: ProcessIdentity | undefined;

/** The identity of this process: the same object at every call. */
export function processIdentity(): ProcessIdentity {
  cachedProcess ??= readProcessIdentity();
  return cachedProcess;
}

/** The identity of this process and of the thread that calls: a worker can be terminated while its process lives on. */
export function threadIdentity(): ProcessIdentity {
  cachedThread ??= readThreadIdentity();
  return cachedThread;
}

/** Reads the identity of this process afresh, from another place than `/proc` if one is given. */
export function readProcessIdentity(procDir = '/proc'): ProcessIdentity {
  // Under `unshare --pid` without a new mount, /proc shows the outer namespace, where our pid is somebody else's.
  const procIsOurs = readLink(`${procDir}/self`) === String(process.pid);
  const startTime = procIsOurs ? readStat(`${procDir}/${process.pid}/stat`)?.startTime : undefined;
  const bootId = readText(`${procDir}/sys/kernel/random/boot_id`)?.trim();
  const pidNamespace = readLink(`${procDir}/self/ns/pid`);
  return {
    pid: process.pid,
    ...(startTime !== undefined && { startTime }),
    ...(bootId !== undefined && { bootId }),
    ...(pidNamespace !== undefined && { pidNamespace }),
    host: hostname(),
  };
}

/** Reads the identity of this process and thread afresh, from another place than `/proc` if one is given. */
export function readThreadIdentity(procDir = '/proc'): ProcessIdentity {
  return { ...readProcessIdentity(procDir), thread: readThread(procDir) };
}

function readThread(procDir: string): ThreadIdentity {
  // A synchronous call runs on the thread that makes it, so `thread-self` is the worker, not a thread of the pool.
  const match = /^(\d+)\/task\/(\d+)$/.exec(readLink(`${procDir}/thread-self`) ?? '');
  if (match === null || match[1] !== String(process.pid)) return { id: nodeThreadId() };
  const startTime = readStat(`${procDir}/${match[0]}/stat`)?.startTime;
  // The kernel gives the main thread the number of the process: that spares most processes the 1.5 ms of a module.
  const id = match[1] === match[2] ? 0 : nodeThreadId();
  return { id, tid: Number(match[2]), ...(startTime !== undefined && { startTime }) };
}

function nodeThreadId(): number {
  return nodeModule('node:worker_threads').threadId;
}

/**
 * Whether the owner of `identity` lives, as far as this process can see. `'dead'` is certain; `'alive'` is certain too,
 * pid reuse included; all else is `'unknown'`: an owner in another container or on another machine, a system without
 * `/proc` where the pid exists but may be somebody else's by now.
 *
 * Two machines with one host name that share a directory over the network take each other for a run before a restart.
 */
export function judgeLiveness(identity: ProcessIdentity, options: LivenessOptions = {}): Liveness {
  const self = options.self ?? processIdentity();
  const place = comparePlaces(identity, self);
  if (place !== 'here') return place === 'before-restart' ? 'dead' : 'unknown';
  if (!pidExists(identity.pid)) return 'dead';
  if (identity.startTime === undefined || self.startTime === undefined) return 'unknown';

  const procDir = options.procDir ?? '/proc';
  const owner = judgeTask(`${procDir}/${identity.pid}`, identity.startTime);
  if (owner !== 'alive' || identity.thread === undefined) return owner;

  const { id, tid, startTime } = identity.thread;
  // The main thread can't end before its process.
  if (id === 0) return 'alive';
  if (tid === undefined || startTime === undefined) return 'unknown';
  const taskDir = `${procDir}/${identity.pid}/task`;
  // Missing in a listing that shows the main thread: gone, and not merely hidden from us.
  const hidden = readStat(`${taskDir}/${identity.pid}/stat`) === undefined;
  if (!hidden && readStat(`${taskDir}/${tid}/stat`) === undefined) return 'dead';
  return judgeTask(`${taskDir}/${tid}`, startTime);
}

/**
 * Whether the owner of `identity` is to be taken for alive. One that can't be judged (see {@link judgeLiveness}) is
 * alive until its heartbeat is older than the given limit, and always alive if no heartbeat is given.
 */
export function isProcessAlive(identity: ProcessIdentity, heartbeat?: Heartbeat, options?: LivenessOptions): boolean {
  const liveness = judgeLiveness(identity, options);
  if (liveness !== 'unknown') return liveness === 'alive';
  return heartbeat === undefined || heartbeat.ageMs <= heartbeat.limitMs;
}

/** The identity in `value`, read from a file that anything may have happened to; `undefined` if it is none. */
export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (!isRecord(value) || !isPid(value.pid) || typeof value.host !== 'string') return undefined;
  const thread = value.thread === undefined ? undefined : parseThread(value.thread);
  if (value.thread !== undefined && thread === undefined) return undefined;
  for (const field of [value.startTime, value.bootId, value.pidNamespace]) {
    if (field !== undefined && typeof field !== 'string') return undefined;
  }
  return {
    pid: value.pid,
    ...(typeof value.startTime === 'string' && { startTime: value.startTime }),
    ...(typeof value.bootId === 'string' && { bootId: value.bootId }),
    ...(typeof value.pidNamespace === 'string' && { pidNamespace: value.pidNamespace }),
    host: value.host,
    ...(thread !== undefined && { thread }),
  };
}

function parseThread(value: unknown): ThreadIdentity | undefined {
  if (!isRecord(value) || typeof value.id !== 'number') return undefined;
  return {
    id: value.id,
    ...(isPid(value.tid) && { tid: value.tid }),
    ...(typeof value.startTime === 'string' && { startTime: value.startTime }),
  };
}

/** Where a process ran, as seen from another. */
export function comparePlaces(a: ProcessIdentity, b: ProcessIdentity): 'here' | 'before-restart' | 'elsewhere' {
  // The boot id is random, so equal ones are one kernel, whatever the host name: containers have names of their own,
  // and a machine's may change while it runs.
  if (a.bootId !== undefined && a.bootId === b.bootId) return a.pidNamespace === b.pidNamespace ? 'here' : 'elsewhere';
  if (a.host !== b.host) return 'elsewhere';
  if (a.bootId !== undefined && b.bootId !== undefined) return 'before-restart';
  return a.bootId === b.bootId ? 'here' : 'elsewhere';
}

function judgeTask(taskDir: string, startTime: string): Liveness {
  const stat = readStat(`${taskDir}/stat`);
  // The pid exists: it ended this very moment, or /proc hides other users' processes (`hidepid`).
  if (stat === undefined) return 'unknown';
  // A killed process whose parent has not asked for its exit code keeps its pid, and signals to it succeed. While it
  // has other threads, one of them may still be inside a rename that the pool began.
  if (stat.state === 'Z' || stat.state === 'X') return stat.threadCount > 1 ? 'alive' : 'dead';
  return stat.startTime === startTime ? 'alive' : 'dead';
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function readStat(path: string): { state: string; threadCount: number; startTime: string } | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, threadCount, startTime] = [fields[0], Number(fields[17]), fields[19]];
  return state === undefined || startTime === undefined ? undefined : { state, threadCount, startTime };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPid(value: unknown): value is number {
  // 0 and negative numbers mean process groups to kill(2).
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
