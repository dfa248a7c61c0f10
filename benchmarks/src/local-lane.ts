import { type Loop, loadLoop } from './loops.js';
import type { Lane } from './measure.js';
import { isRepeatable, type Operation } from './operations.js';
import type { Session, Subject, Value } from './subject.js';

/** A subject's open store, and the keys that are there and those that are not. */
export interface OpenStore {
  readonly session: Session;
  readonly value: Value;
  readonly storedKeys: readonly string[];
  readonly freshKeys: readonly string[];
}

interface Prepared {
  readonly operation: Operation;
  readonly call: (key: string) => unknown;
  readonly loop: Loop;
  operationsPerRound: number;
}

/** A lane in this thread. */
export class LocalLane implements Lane {
  readonly subject: Subject;
  readonly #store: OpenStore;
  #prepared: Prepared | undefined;
  /** Where the next sample's keys begin. */
  #position = 0;

  constructor(subject: Subject, store: OpenStore) {
    this.subject = subject;
    this.#store = store;
  }

  /** Runs more and more operations until they take about the time of a sample and all are compiled. */
  async prepare(operation: Operation, sampleMs: number, warmUpMs: number): Promise<number> {
    const { session, value, freshKeys } = this.#store;
    const call = operation.bind(session, value);
    const loop = await loadLoop(this.subject.isSynchronous, operation.name);
    const prepared = { operation, call, loop, operationsPerRound: 1 };
    this.#prepared = prepared;
    const most = isRepeatable(operation) ? Number.POSITIVE_INFINITY : freshKeys.length;
    const isWarmAt = performance.now() + warmUpMs;
    for (;;) {
      // One that was interrupted looks long enough: it takes three to believe it.
      let elapsedMs = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 3 && elapsedMs > sampleMs / 2; attempt++) {
        elapsedMs = Math.min(elapsedMs, ((await this.sample()) * prepared.operationsPerRound) / 1e6);
      }
      if (elapsedMs > sampleMs / 2 || prepared.operationsPerRound >= most) {
        if (performance.now() >= isWarmAt) return prepared.operationsPerRound;
        continue;
      }
      const growth = Math.max(2, Math.min(8, sampleMs / elapsedMs));
      prepared.operationsPerRound = Math.min(most, Math.ceil(prepared.operationsPerRound * growth));
    }
  }

  async sample(): Promise<number> {
    if (this.#prepared === undefined) throw new Error(`${this.subject.name} was not prepared`);
    const { operation, call, loop, operationsPerRound } = this.#prepared;
    const { session, value } = this.#store;
    const keys = this.#nextKeys(operation, operationsPerRound);
    const passes = Math.ceil(operationsPerRound / keys.length);
    if (operation.storesFirst) for (const key of keys) await session.set(key, value);

    const startedAt = performance.now();
    const running = loop(call, keys, passes, operation.expected);
    const wrong = typeof running === 'number' ? running : await running;
    const elapsedMs = performance.now() - startedAt;

    if (operation.removesAfter) for (const key of keys) await session.delete(key);
    if (wrong > 0) throw new Error(`${this.subject.name}: ${operation.name} went wrong ${wrong} times`);
    return (elapsedMs * 1e6) / (passes * keys.length);
  }

  async timeEach(count: number, atMostMs: number): Promise<readonly number[]> {
    if (this.#prepared === undefined) throw new Error(`${this.subject.name} was not prepared`);
    const { operation, call } = this.#prepared;
    const { session, value } = this.#store;
    const keys = this.#nextKeys(operation, count);
    if (operation.storesFirst) for (const key of keys) await session.set(key, value);
    const times: number[] = [];
    const endAt = performance.now() + atMostMs;
    for (const key of keys) {
      const startedAt = performance.now();
      const running = call(key);
      const result = this.subject.isSynchronous ? running : await running;
      const endedAt = performance.now();
      times.push((endedAt - startedAt) * 1e6);
      if (operation.expected === 'value' ? result === undefined : result !== operation.expected) {
        throw new Error(`${this.subject.name}: ${operation.name} went wrong`);
      }
      if (endedAt > endAt) break;
    }
    if (operation.removesAfter) for (const key of keys.slice(0, times.length)) await session.delete(key);
    return times;
  }

  /** One sample after the other goes through all keys: always the same few would be served better than a program's. */
  #nextKeys({ keys: wanted }: Operation, count: number): readonly string[] {
    const all = wanted === 'stored' ? this.#store.storedKeys : this.#store.freshKeys;
    if (count >= all.length) return all;
    if (this.#position + count > all.length) this.#position = 0;
    const keys = all.slice(this.#position, this.#position + count);
    this.#position += count;
    return keys;
  }
}
