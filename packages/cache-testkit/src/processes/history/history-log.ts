import { appendFileSync, closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessDriver } from '../driver.js';
import { monotonicNanoseconds } from '../protocol.js';
import { FOREIGN, OPERATION_KINDS, type Operation, type OperationKind, OUTCOMES, type Outcome } from './operation.js';

/*
 * A file a process. A record: kind, phase, outcome (a byte each), a spare byte, the number of the operation (4 bytes),
 * key + 1 (4), the note's number (4), then as doubles: start, end, written, written from, read, ttl.
 */
const RECORD_BYTES = 64;
const BEGUN = 1;
const ENDED = 2;

/** What an operation says of itself before it begins. */
export interface Beginning {
  readonly kind: OperationKind;
  readonly key: number;
  readonly written?: number | undefined;
  readonly ttlMs?: number | undefined;
}

/** What is known after its end. */
export interface Ending {
  readonly outcome: Outcome;
  readonly read?: number | undefined;
  readonly note?: string | undefined;
}

/** Writes what a process does, each record before anything else happens: a `kill -9` takes none back. */
export class HistoryLog {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #record = Buffer.alloc(RECORD_BYTES);
  #operations = 0;
  #notes = 0;

  constructor(directory: string, process: number) {
    this.#path = fileOf(directory, process);
    this.#descriptor = openSync(this.#path, 'a');
  }

  /** Begins an operation; the returned function is told its end. One that changes the store is known from its beginning. */
  begin(beginning: Beginning): RunningOperation {
    const running = new RunningOperation(beginning, ++this.#operations, (record) => this.#write(record));
    if (beginning.kind !== 'get' && beginning.kind !== 'exists') running.noteBegun();
    return running;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write({ number, phase, beginning, ending, start, end, writtenFrom }: LogRecord): void {
    const { note } = ending;
    if (note !== undefined) appendFileSync(`${this.#path}.notes`, `${JSON.stringify(note)}\n`);
    const record = this.#record;
    record.writeUInt8(OPERATION_KINDS.indexOf(beginning.kind), 0);
    record.writeUInt8(phase, 1);
    record.writeUInt8(OUTCOMES.indexOf(ending.outcome), 2);
    record.writeUInt32LE(number, 4);
    record.writeUInt32LE(beginning.key + 1, 8);
    record.writeUInt32LE(note === undefined ? 0 : ++this.#notes, 12);
    const numbers = [start, end, beginning.written, writtenFrom, ending.read, beginning.ttlMs];
    for (const [index, each] of numbers.entries()) record.writeDoubleLE(each ?? Number.NaN, 16 + index * 8);
    writeSync(this.#descriptor, record);
  }
}

interface LogRecord {
  readonly number: number;
  readonly phase: number;
  readonly beginning: Beginning;
  readonly ending: Ending;
  readonly start: number;
  readonly end: number;
  readonly writtenFrom: number | undefined;
}

/** An operation that has begun. */
export class RunningOperation {
  readonly #beginning: Beginning;
  readonly #number: number;
  readonly #write: (record: LogRecord) => void;
  #start: number;
  #writtenFrom: number | undefined;

  constructor(beginning: Beginning, number: number, write: (record: LogRecord) => void) {
    this.#beginning = beginning;
    this.#number = number;
    this.#write = write;
    this.#start = monotonicNanoseconds();
  }

  noteBegun(): void {
    this.#note(BEGUN, { outcome: 'unknown' }, Number.POSITIVE_INFINITY);
    this.#start = monotonicNanoseconds();
  }

  /** A factory runs: from now on the operation may write. */
  noteComputing(): void {
    this.#writtenFrom = monotonicNanoseconds();
    this.#note(BEGUN, { outcome: 'unknown' }, Number.POSITIVE_INFINITY);
  }

  end(ending: Ending): void {
    this.#note(ENDED, ending, monotonicNanoseconds());
  }

  #note(phase: number, ending: Ending, end: number): void {
    const { kind, key, ttlMs, written } = this.#beginning;
    // A getOrSet writes nothing unless its factory runs.
    const isWriting = kind !== 'getOrSet' || this.#writtenFrom !== undefined;
    const beginning = { kind, key, ttlMs, written: isWriting ? written : undefined };
    const record = { number: this.#number, phase, beginning, ending, start: this.#start, end };
    this.#write({ ...record, writtenFrom: this.#writtenFrom });
  }
}

/**
 * What a process has done, in the order of its records.
 * @param goneAt when the process was gone, if it was killed: what it had begun ended then, one way or the other
 */
export function readHistory(directory: string, process: number, goneAt = Number.POSITIVE_INFINITY): Operation[] {
  const path = fileOf(directory, process);
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const notes = existsSync(`${path}.notes`) ? readFileSync(`${path}.notes`, 'utf8').split('\n') : [];
  const operations = new Map<number, Operation>();
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const number = (index: number) => {
      const found = bytes.readDoubleLE(at + 16 + index * 8);
      return Number.isNaN(found) ? undefined : found;
    };
    const note = notes[bytes.readUInt32LE(at + 12) - 1];
    const isBegun = bytes.readUInt8(at + 1) === BEGUN;
    operations.set(bytes.readUInt32LE(at + 4), {
      process,
      kind: OPERATION_KINDS[bytes.readUInt8(at)] ?? 'get',
      key: bytes.readUInt32LE(at + 8) - 1,
      start: number(0) ?? 0,
      end: isBegun ? goneAt : (number(1) ?? goneAt),
      outcome: OUTCOMES[bytes.readUInt8(at + 2)] ?? 'unknown',
      written: number(2),
      writtenFrom: number(3),
      read: number(4),
      ttlMs: number(5),
      note: note === undefined ? undefined : String(JSON.parse(note)),
    });
  }
  return [...operations.values()];
}

/** How many records a process has written so far. */
export function countRecords(directory: string, process: number): number {
  const path = fileOf(directory, process);
  return existsSync(path) ? statSync(path).size / RECORD_BYTES : 0;
}

/** What all processes of a driver have done; to be called when they have ended. */
export function readHistories({ notesDirectory, workers }: ProcessDriver): Operation[] {
  return workers.flatMap(({ number, exitedAt }) => readHistory(notesDirectory, number, exitedAt));
}

/** What `FOREIGN` was: cut, since it goes into messages. */
export function noteOf(value: unknown, read: number): string | undefined {
  return read === FOREIGN ? (JSON.stringify(value) ?? String(value)).slice(0, 200) : undefined;
}

function fileOf(directory: string, process: number): string {
  return join(directory, `history-${process}`);
}
