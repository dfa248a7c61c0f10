import { parseTagLine } from './tag-line.js';

/** Bytes of single invalidations from which a log is worth writing anew, and how many times those it began with. */
const MIN_LONG_BYTES = 256 * 1024;
const LONG_GROWTH = 3;

/** What tells a log from one that takes its place. */
export interface LogIdentity {
  readonly dev: number;
  readonly ino: number;
  readonly birthtimeMs: number;
}

/**
 * What is read so far of one log of invalidations. A position is `base` and the bytes up to the end of a line; an entry's
 * *mark* is the lineage of the log and the position that it had when the entry began to be made. So an entry is invalid if
 * a later position invalidates one of its tags, and one that is marked by another lineage is as good as invalid: what
 * happened to its tags is not known any more.
 */
export class KnownInvalidations {
  readonly number: number;
  readonly identity: LogIdentity;
  /** Bytes that the file had when it was last looked at. */
  seenBytes = 0;
  /** Bytes of whole lines that were read. */
  readBytes = 0;
  #lineage: string | undefined;
  #base = 0;
  /** Marks below are those of a log before that nobody has said to be valid. */
  #takenOverFrom = 0;
  /** Marks below are invalid, for what was damaged may have named any tag. */
  #damagedUpTo = 0;
  #isProvisional = false;
  /** Bytes of the lines that it has grown by. */
  #grownBytes = 0;
  readonly #positions = new Map<string, number>();

  constructor(number: number, identity: LogIdentity) {
    this.number = number;
    this.identity = identity;
  }

  /** Whether the log says what it is: one without is of no use. */
  get isUsable(): boolean {
    return this.#lineage !== undefined;
  }

  /** Whether nobody has said so far that marks of the log before are valid. */
  get isProvisional(): boolean {
    return this.#isProvisional;
  }

  /** Whether a new log would be much shorter. */
  get isLong(): boolean {
    return this.#grownBytes > Math.max(MIN_LONG_BYTES, LONG_GROWTH * (this.readBytes - this.#grownBytes));
  }

  get lineage(): string {
    return this.#lineage ?? '';
  }

  get end(): number {
    return this.#base + this.readBytes;
  }

  /** Marks below are invalid, whatever their tags. */
  get validFrom(): number {
    return Math.max(this.#takenOverFrom, this.#damagedUpTo);
  }

  /** The mark of what begins to be made now. */
  get mark(): string {
    return `${this.lineage}:${this.end}`;
  }

  /** Tags with their last position. */
  get positions(): ReadonlyMap<string, number> {
    return this.#positions;
  }

  /** Whether the file ends in the middle of a line: of one that is being written, or was torn, or of a file that was cut. */
  get hasTail(): boolean {
    return this.seenBytes > this.readBytes;
  }

  /** Takes over more of the file, as far as there are whole lines. */
  read(bytes: Buffer): void {
    for (let start = 0; ; ) {
      const end = bytes.indexOf(0x0a, start);
      if (end < 0) return;
      this.readBytes += end + 1 - start;
      if (end > start) this.#take(bytes.toString('utf8', start, end));
      start = end + 1;
    }
  }

  isInvalidated(tags: readonly string[], mark: unknown): boolean {
    const position = this.#positionOf(mark);
    if (position === undefined || position < this.validFrom || position > this.end || this.hasTail) return true;
    return this.#positions.size > 0 && tags.some((tag) => (this.#positions.get(tag) ?? 0) > position);
  }

  /** Whether `mark` is of this lineage, and of a later moment than all that was read. */
  isBefore(mark: unknown): boolean {
    return (this.#positionOf(mark) ?? 0) > this.end;
  }

  #positionOf(mark: unknown): number | undefined {
    if (typeof mark !== 'string') return undefined;
    const { lineage } = this;
    if (!mark.startsWith(lineage) || mark[lineage.length] !== ':') return undefined;
    const position = Number(mark.slice(lineage.length + 1));
    return Number.isSafeInteger(position) ? position : undefined;
  }

  #take(text: string): void {
    const line = parseTagLine(text);
    if (this.#lineage === undefined) {
      if (line?.kind !== 'log') return;
      this.#lineage = line.lineage;
      this.#base = line.base;
      this.#isProvisional = line.isProvisional;
      if (line.isProvisional) this.#takenOverFrom = line.base;
    } else if (line?.kind === 'tag') {
      this.#positions.set(line.tag, line.position ?? this.end);
      if (line.position === undefined) this.#grownBytes += text.length;
    } else if (line?.kind === 'valid') {
      this.#takenOverFrom = line.from;
      this.#isProvisional = false;
    } else {
      this.#damagedUpTo = this.end;
    }
  }
}
