/** Tags remembered at most: a program that makes up tags without end must not fill the memory. */
const MAX_TAGS = 10_000;

/** A moment among the invalidations of one instance. */
class Moment {
  readonly owner: TagInvalidations;
  readonly position: number;

  constructor(owner: TagInvalidations, position: number) {
    this.owner = owner;
    this.position = position;
  }
}

/**
 * Which tags were invalidated since a moment, in the order of calls and by no clock: what is set in the millisecond of an
 * invalidation is on one side of it. Asked of what was on its way into the store meanwhile. Where too many tags have been
 * invalidated since, the answer is yes for all.
 */
export class TagInvalidations {
  #position = 0;
  #forgottenUpTo = 0;
  readonly #positions = new Map<string, number>();
  #now: Moment | undefined;

  /** The moment now. */
  get now(): Moment {
    this.#now ??= new Moment(this, this.#position);
    return this.#now;
  }

  record(tags: readonly string[]): void {
    this.#position++;
    this.#now = undefined;
    if (this.#positions.size + tags.length > MAX_TAGS) {
      this.#positions.clear();
      this.#forgottenUpTo = this.#position;
    }
    for (const tag of tags) this.#positions.set(tag, this.#position);
  }

  /** @param moment one of this instance: for anything else nothing is known, and the answer is no */
  hasSince(tags: readonly string[], moment: unknown): boolean {
    if (!(moment instanceof Moment) || moment.owner !== this) return false;
    const { position } = moment;
    if (position < this.#forgottenUpTo) return true;
    return position < this.#position && tags.some((tag) => (this.#positions.get(tag) ?? 0) > position);
  }
}
