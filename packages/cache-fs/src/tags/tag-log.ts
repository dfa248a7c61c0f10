import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DIRECTORY_MODE, FILE_MODE, OPEN_READ } from '../safe-files.js';
import { ignoreMissing, isMissing } from '../store/faults.js';
import { Staging } from '../store/staging.js';
import { ignoreErrors, systemCode } from '../system-error.js';
import { KnownInvalidations, type LogIdentity } from './known-invalidations.js';
import { formatTagLine } from './tag-line.js';

const OPEN_APPEND: number =
  constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NAME = /^([1-9]\d{0,14})\.log$/;
/** Times that a log is looked for again because another process has replaced it. */
const MAX_ATTEMPTS = 10;
/** Milliseconds that an invalidation waits for another process that has just made a new log. */
const MAX_PAUSES = 20;
/** What a log has grown by before another attempt at a shorter one, where one has failed. */
const RETRY_BYTES = 256 * 1024;
/** Tags that a new log takes over: what is older than the invalidations of so many later ones is forgotten. */
const MAX_KEPT_TAGS = 20_000;
/** More than any log's bytes: positions of a new log are above all that marks of the one before may name. */
const POSITIONS_OF_A_LOG = 2 ** 32;

export interface TagLogPlace {
  /** Holds the logs, and nothing else. Made when it is first needed. */
  readonly folder: string;
  readonly tmpDir: string;
}

/**
 * The invalidations of tags, of all processes, in the order of their recording. Entries with tags are marked with a
 * position in it, and judged by what comes after that: by no clock, and whoever wrote them.
 *
 * The log in force is `<n>.log` with the highest `n`. It is appended to by single writes, so its size tells whether there
 * is anything new. Where it is lost, cut or damaged, entries that were marked by it are misses.
 *
 * A log that has grown is followed by a shorter one. Nobody is kept from appending meanwhile:
 *
 * ```
 * rewriter                                        who invalidates
 * 1. reads n up to p
 *                                                 a. appends to n
 * 2. links n+1, in which marks of n are not valid
 *                                                 b. is there an n+1? then all over again
 * 3. reads n from p on, appends that to n+1
 * 4. appends to n+1 that marks of n are valid
 * 5. unlinks n
 * ```
 *
 * What was acknowledged (b) before 2 is read in 3. Who reads n until 5 misses nothing, for an invalidation in n+1 is not
 * acknowledged before n is gone. One that dies before 4 leaves a log by which older entries are forgotten.
 */
export class TagLog {
  readonly #place: TagLogPlace;
  readonly #isDurable: boolean;
  readonly #staging: Staging;
  #known: KnownInvalidations | undefined;
  #rewriteFrom = 0;

  constructor(place: TagLogPlace, durability: 'process' | 'power') {
    this.#place = place;
    this.#isDurable = durability === 'power';
    this.#staging = new Staging(durability);
  }

  /** This moment, for what begins to be made. @throws the system's error */
  mark(): string {
    const known = this.#look() ?? this.#create();
    if (!known.hasTail) return known.mark;
    // What begins now comes after it, whatever it is. Were its writer still at it, the rest would be a damaged line too.
    this.#append(known.number, '\n');
    return (this.#look() ?? this.#create()).mark;
  }

  /** Whether one of the tags was invalidated since `mark` was taken, as far as is known; else yes. @throws the system's error */
  isInvalidated(tags: readonly string[], mark: unknown): boolean {
    let known = this.#look();
    if (known?.isBefore(mark)) {
      // Of the next log, while this one is there still.
      known = this.#load();
      if (known?.isBefore(mark)) {
        // It was cut: growing again, it would pass this mark, and what comes then be taken for older.
        ignoreErrors(() => this.forget());
        return true;
      }
    }
    return known === undefined || known.isInvalidated(tags, mark);
  }

  /**
   * What is known now, for judging many entries at once; `undefined` if there is no log, and nothing is valid.
   * @throws the system's error
   */
  look(): Pick<KnownInvalidations, 'mark' | 'isInvalidated'> | undefined {
    return this.#look();
  }

  /**
   * Records an invalidation; it holds in every process when this returns.
   * @throws the system's error: then it may hold or not
   */
  invalidate(tags: readonly string[]): void {
    // A line break first: it ends what another process may have left half written.
    const text = `\n${tags.map((tag) => formatTagLine({ kind: 'tag', tag, position: undefined })).join('')}`;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { number } = this.#look() ?? this.#create();
      if (!this.#append(number, text)) continue;
      const numbers = this.#numbers();
      if (Math.max(...numbers) !== number) {
        this.#known = undefined;
        continue;
      }
      if (numbers.length > 1) this.#removeOlder(number, numbers);
      const known = this.#look();
      if (known?.isLong === true && known.seenBytes > this.#rewriteFrom) this.#rewrite(known);
      return;
    }
    throw new Error(`the log of invalidations was replaced ${MAX_ATTEMPTS} times in a row`);
  }

  /** Removes every log: what is tagged and was made before is a miss from now on. @throws the system's error */
  forget(): void {
    this.#known = undefined;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const numbers = this.#numbers();
      if (numbers.length === 0) return;
      for (const number of numbers) ignoreMissing(() => unlinkSync(this.#pathOf(number)));
      this.#staging.syncFolder(this.#place.folder);
    }
    throw new Error(`the log of invalidations came back ${MAX_ATTEMPTS} times in a row`);
  }

  #removeOlder(current: number, numbers: readonly number[]): void {
    // Who has made the new log is about to say that what is marked by the old one is valid: a moment for that.
    for (let pause = 0; pause < MAX_PAUSES && this.#look()?.isProvisional === true; pause++) pauseForMs(1);
    for (const number of numbers) if (number !== current) ignoreMissing(() => unlinkSync(this.#pathOf(number)));
  }

  #pathOf(number: number): string {
    return `${this.#place.folder}/${number}.log`;
  }

  #numbers(): number[] {
    try {
      return readdirSync(this.#place.folder).flatMap((name) => NAME.exec(name)?.slice(1, 2).map(Number) ?? []);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** The log in force, read to its end; `undefined` if there is none. */
  #look(): KnownInvalidations | undefined {
    const known = this.#known;
    if (known === undefined) return this.#load();
    const stats = lstatSync(this.#pathOf(known.number), { throwIfNoEntry: false });
    if (stats === undefined || !isSameFile(stats, known.identity)) return this.#load();
    if (stats.size === known.seenBytes) return known;
    if (stats.size < known.seenBytes) {
      // Cut: growing again, it would pass older marks and be taken for older than they are.
      this.forget();
      return undefined;
    }
    return this.#read(known) ? known : this.#load();
  }

  #load(): KnownInvalidations | undefined {
    this.#known = undefined;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const numbers = this.#numbers();
      if (numbers.length === 0) return undefined;
      const number = Math.max(...numbers);
      const stats = lstatSync(this.#pathOf(number), { throwIfNoEntry: false });
      if (stats === undefined) continue;
      const { dev, ino, birthtimeMs } = stats;
      const known = new KnownInvalidations(number, { dev, ino, birthtimeMs });
      if (!this.#read(known)) continue;
      if (known.isUsable) {
        this.#known = known;
        return known;
      }
      this.forget();
    }
    return undefined;
  }

  /** Resolves when nothing is left of what was staged. */
  close(): Promise<void> {
    return this.#staging.whenDiscarded();
  }

  /** Reads on to the end; `false` if the log is not that any more. */
  #read(known: KnownInvalidations): boolean {
    let file: number;
    try {
      file = openSync(this.#pathOf(known.number), OPEN_READ);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    try {
      const stats = fstatSync(file);
      if (!stats.isFile() || !isSameFile(stats, known.identity)) return false;
      known.read(readFrom(file, known.readBytes, stats.size));
      known.seenBytes = stats.size;
      return true;
    } finally {
      closeSync(file);
    }
  }

  #create(): KnownInvalidations {
    const { folder } = this.#place;
    makeFolder(folder);
    const lineage = randomBytes(8).toString('hex');
    const text = formatTagLine({ kind: 'log', lineage, base: 0, isProvisional: false });
    this.#publish(1, text, () => writeFileSync(this.#pathOf(1), text, { flag: 'wx', mode: FILE_MODE }));
    const known = this.#load();
    if (known === undefined) throw new Error('the log of invalidations was removed as soon as it was made');
    return known;
  }

  /**
   * Makes log `number` at once with all it holds; `false` if there is one.
   * @param withoutLinks makes it in pieces, where the file system has no links
   */
  #publish(number: number, text: string, withoutLinks: () => void): boolean {
    const { tmpDir, folder } = this.#place;
    const stagingPath = `${tmpDir}/tags-${randomBytes(8).toString('hex')}`;
    try {
      this.#staging.write(stagingPath, text);
      linkSync(stagingPath, this.#pathOf(number));
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      if (!isWithoutLinks(error)) throw error;
      try {
        withoutLinks();
      } catch (later) {
        if (systemCode(later) === 'EEXIST') return false;
        throw later;
      }
    } finally {
      this.#staging.discard(stagingPath);
    }
    this.#staging.syncFolder(folder);
    return true;
  }

  /** `false` if there is no such log any more. */
  #append(number: number, text: string): boolean {
    let file: number;
    try {
      file = openSync(this.#pathOf(number), OPEN_APPEND);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    try {
      const bytes = Buffer.from(text);
      // In one go: pieces could have others' between them.
      if (writeSync(file, bytes) < bytes.length) throw new Error('the disk took a part of an invalidation only');
      if (this.#isDurable) fsyncSync(file);
      return true;
    } finally {
      closeSync(file);
    }
  }

  /** Starts a shorter log. What goes wrong leaves one that forgets, or the old one. */
  #rewrite(known: KnownInvalidations): void {
    const { number, lineage } = known;
    const tags = [...known.positions].sort(([, a], [, b]) => b - a);
    const kept = tags.slice(0, MAX_KEPT_TAGS);
    const validFrom = Math.max(known.validFrom, tags[MAX_KEPT_TAGS]?.[1] ?? 0);
    const text = [
      formatTagLine({ kind: 'log', lineage, base: known.end + POSITIONS_OF_A_LOG, isProvisional: true }),
      ...kept.map(([tag, position]) => formatTagLine({ kind: 'tag', tag, position })),
    ].join('');
    this.#rewriteFrom = known.seenBytes + RETRY_BYTES;
    const readBytes = known.readBytes;
    try {
      if (!this.#publish(number + 1, text, () => this.forget())) return;
      const late = new KnownInvalidations(number, known.identity);
      // Forgotten meanwhile, it must not come back: what is marked by it stays a miss.
      if (!this.#read(late)) return;
      const lateTags = [...late.positions].filter(([, position]) => position > readBytes + late.end - late.readBytes);
      const lines = lateTags.map(([tag]) => formatTagLine({ kind: 'tag', tag, position: undefined }));
      const valid = formatTagLine({ kind: 'valid', from: Math.max(validFrom, late.validFrom) });
      this.#append(number + 1, `\n${lines.join('')}${valid}`);
      ignoreMissing(() => unlinkSync(this.#pathOf(number)));
      this.#rewriteFrom = 0;
    } catch {
      // What was recorded is recorded: this was for the room.
    }
  }
}

function pauseForMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isSameFile(stats: Stats, { dev, ino, birthtimeMs }: LogIdentity): boolean {
  return stats.ino === ino && stats.dev === dev && stats.birthtimeMs === birthtimeMs;
}

function readFrom(file: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, start + length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, DIRECTORY_MODE);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** FAT and some network disks have no second names for a file. */
function isWithoutLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(systemCode(error) ?? '');
}
