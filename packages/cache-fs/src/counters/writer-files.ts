import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { OPEN_READ, systemCode } from '../root/safe-files.js';
import { decodeRecord, RECORD_BYTES, type WriterRecord } from './counter-record.js';
import { isWriterName } from './writer-name.js';

/** A write takes a microsecond, a read several: the second look at a torn record is nearly always a whole one. */
const LOOKS = 20;

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

/** @throws the system's error, which says nothing about what the file holds */
export function readWriter(statsDir: string, name: string): WriterFinding {
  let fd: number;
  try {
    fd = openSync(join(statsDir, name), OPEN_READ);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return { kind: 'gone' };
    // A link under a writer's name is nobody's, and has no time that means anything.
    if (code === 'ELOOP' || code === 'EMLINK') return { kind: 'damaged', modifiedAt: 0 };
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    const modifiedAt = stats.mtimeMs;
    if (!stats.isFile()) return { kind: 'damaged', modifiedAt };
    const bytes = Buffer.allocUnsafe(RECORD_BYTES);
    for (let look = 0; look < LOOKS; look++) {
      const length = readSync(fd, bytes, 0, RECORD_BYTES, 0);
      if (length === 0) return { kind: 'empty', modifiedAt };
      const record = decodeRecord(bytes.subarray(0, length));
      if (record !== undefined) return { kind: 'record', modifiedAt, record };
    }
    return { kind: 'damaged', modifiedAt };
  } finally {
    closeSync(fd);
  }
}
