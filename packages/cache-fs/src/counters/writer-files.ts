import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isNotAFile, OPEN_READ } from '../safe-files.js';
import { systemCode } from '../system-error.js';
import { decodeRecord, RECORD_BYTES, type WriterRecord } from './counter-record.js';
import { isWriterName } from './writer-name.js';

/** A write takes a microsecond, a read several: the second look at a torn record is nearly always a whole one. */
const QUICK_LOOKS = 20;
/** But a writer can lose its processor in the middle of a write, on a busy machine for many milliseconds. */
const PATIENCE_MS = 100;
/** A record that nobody has written for so long is not being written: it is damaged. */
const SETTLED_MS = 1000;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** What was found in the file of a writer. */
export type WriterFinding =
  /** Folded since the directory was listed. */
  | { readonly kind: 'gone' }
  /** Made a moment ago: its first count has not been acknowledged yet. */
  | { readonly kind: 'empty'; readonly modifiedAt: number }
  | { readonly kind: 'damaged'; readonly modifiedAt: number }
  | { readonly kind: 'record'; readonly modifiedAt: number; readonly record: WriterRecord };

/**
 * Names of the files of writers, others left out; none if the directory is gone.
 * @throws the system's error
 */
export function listWriters(statsDir: string): string[] {
  try {
    return readdirSync(statsDir).filter(isWriterName);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * @param patienceMs how long a record that is torn, and was written a moment ago, is waited for
 * @throws the system's error, which says nothing about what the file holds
 */
export function readWriter(statsDir: string, name: string, patienceMs = PATIENCE_MS): WriterFinding {
  let fd: number;
  try {
    fd = openSync(join(statsDir, name), OPEN_READ);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { kind: 'gone' };
    // A link under a writer's name is nobody's, and has no time that means anything.
    if (isNotAFile(error)) return { kind: 'damaged', modifiedAt: 0 };
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    return stats.isFile() ? look(fd, patienceMs) : { kind: 'damaged', modifiedAt: stats.mtimeMs };
  } finally {
    closeSync(fd);
  }
}

function look(fd: number, patienceMs: number): WriterFinding {
  const bytes = Buffer.allocUnsafe(RECORD_BYTES);
  const startedAt = performance.now();
  for (let looks = 1; ; looks++) {
    const length = readSync(fd, bytes, 0, RECORD_BYTES, 0);
    const record = decodeRecord(bytes.subarray(0, length));
    const isQuick = looks < QUICK_LOOKS && length > 0;
    if (record === undefined && isQuick) continue;
    const modifiedAt = fstatSync(fd).mtimeMs;
    if (record !== undefined) return { kind: 'record', modifiedAt, record };
    if (length === 0) return { kind: 'empty', modifiedAt };
    const isSettled = Math.abs(Date.now() - modifiedAt) > SETTLED_MS;
    if (isSettled || performance.now() - startedAt > patienceMs) return { kind: 'damaged', modifiedAt };
    Atomics.wait(pause, 0, 0, 1);
  }
}
