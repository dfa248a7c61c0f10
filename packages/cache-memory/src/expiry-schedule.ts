import { LinkedList } from '@glovebox/cache-core';
import type { MemoryEntry } from './memory-entry.js';

/** An entry's place in the schedule. */
export class ExpiryTicket {
  previous: ExpiryTicket | undefined = undefined;
  next: ExpiryTicket | undefined = undefined;
  readonly entry: MemoryEntry;
  readonly dueAt: number;
  readonly run: ExpiryRun;

  constructor(entry: MemoryEntry, dueAt: number, run: ExpiryRun) {
    this.entry = entry;
    this.dueAt = dueAt;
    this.run = run;
  }
}

/** Entries of one time to live, in the order in which they are due. */
class ExpiryRun {
  readonly pace: number;
  readonly tickets = new LinkedList<ExpiryTicket>();
  heapIndex = -1;

  constructor(pace: number) {
    this.pace = pace;
  }

  get dueAt(): number {
    return this.tickets.first?.dueAt ?? Number.POSITIVE_INFINITY;
  }
}

/**
 * Which entry is due next: expired, or past the grace that it was put off for. Entries of one time to live expire in the
 * order of their writes, so they form a list, a
 * *run*, and only the heads of the runs stand in a heap: O(1) for the few times to live that programs use, O(log n) when
 * every entry has its own. When the clock goes back, a time to live starts a new run.
 */
export class ExpirySchedule {
  readonly #openRuns = new Map<number, ExpiryRun>();
  #heap: ExpiryRun[] = [];

  /** The entry that is due next. */
  get first(): MemoryEntry | undefined {
    return this.#heap[0]?.tickets.first?.entry;
  }

  /** The entry that is due next if it is by `now`, in epoch milliseconds. */
  firstDue(now: number): MemoryEntry | undefined {
    const ticket = this.#heap[0]?.tickets.first;
    return ticket !== undefined && ticket.dueAt <= now ? ticket.entry : undefined;
  }

  add(entry: MemoryEntry): void {
    const { ttlSeconds, expiresAt } = entry;
    if (ttlSeconds !== null && expiresAt !== null) this.#add(entry, expiresAt, ttlSeconds);
  }

  /** Makes an entry due again when its grace is over. */
  putOff(entry: MemoryEntry, graceUntil: number): void {
    this.remove(entry);
    // Below zero, where no time to live is: one grace is one pace as well.
    this.#add(entry, graceUntil, (entry.expiresAt ?? graceUntil) - graceUntil);
  }

  remove(entry: MemoryEntry): void {
    const { ticket } = entry;
    if (ticket === undefined) return;
    entry.ticket = undefined;
    const { run } = ticket;
    const wasFirst = run.tickets.first === ticket;
    run.tickets.remove(ticket);
    if (run.tickets.first === undefined) this.#end(run);
    else if (wasFirst) this.#sink(run, run.heapIndex);
  }

  clear(): void {
    this.#openRuns.clear();
    this.#heap = [];
  }

  #add(entry: MemoryEntry, dueAt: number, pace: number): void {
    let run = this.#openRuns.get(pace);
    const isInOrder = run?.tickets.last !== undefined && run.tickets.last.dueAt <= dueAt;
    if (run === undefined || !isInOrder) {
      run = new ExpiryRun(pace);
      this.#openRuns.set(pace, run);
    }
    entry.ticket = new ExpiryTicket(entry, dueAt, run);
    run.tickets.append(entry.ticket);
    if (run.heapIndex < 0) this.#rise(run, this.#heap.length);
  }

  #end(run: ExpiryRun): void {
    if (this.#openRuns.get(run.pace) === run) this.#openRuns.delete(run.pace);
    const { heapIndex } = run;
    run.heapIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === run) return;
    this.#rise(last, heapIndex);
    this.#sink(last, last.heapIndex);
  }

  /** Puts a run at a free place, or above it where it expires sooner than what stands there. */
  #rise(run: ExpiryRun, freeIndex: number): void {
    let index = freeIndex;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || parent.dueAt <= run.dueAt) break;
      this.#place(parent, index);
      index = parentIndex;
    }
    this.#place(run, index);
  }

  /** Puts a run at a free place, or below it where others expire sooner. */
  #sink(run: ExpiryRun, freeIndex: number): void {
    let index = freeIndex;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const sooner = right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left;
      if (sooner === undefined || run.dueAt <= sooner.dueAt) break;
      const childIndex = sooner.heapIndex;
      this.#place(sooner, index);
      index = childIndex;
    }
    this.#place(run, index);
  }

  #place(run: ExpiryRun, index: number): void {
    this.#heap[index] = run;
    run.heapIndex = index;
  }
}
