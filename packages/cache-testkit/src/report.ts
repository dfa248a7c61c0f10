import { CHECK_GROUPS } from './check.js';
import { junitText } from './junit.js';
import { type Paint, plainPaint } from './paint.js';
import { type CheckResult, describeFailure } from './run-check.js';

/** What a run found. */
export class ConformanceReport {
  readonly target: string;
  readonly seed: number;
  /** In the order of the groups, whatever the order in which they ran. */
  readonly results: readonly CheckResult[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;

  constructor(target: string, seed: number, results: readonly CheckResult[]) {
    this.target = target;
    this.seed = seed;
    const order: readonly string[] = CHECK_GROUPS;
    this.results = [...results].sort(
      (a, b) => order.indexOf(a.group) - order.indexOf(b.group) || (a.id < b.id ? -1 : 1),
    );
    this.passed = results.filter(({ status }) => status === 'passed').length;
    this.failed = results.filter(({ status }) => status === 'failed').length;
    this.skipped = results.filter(({ status }) => status === 'skipped').length;
  }

  /** Whether nothing failed, and something was asked at all. */
  get isPassed(): boolean {
    return this.failed === 0 && this.passed > 0;
  }

  /** Counts, skips with their reasons, and every failure in full. @param paint @default no colors */
  toText(paint: Paint = plainPaint): string {
    const counts = `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`;
    const lines = [`${this.target}: ${this.isPassed ? paint.good(counts) : paint.bad(counts)}`];
    for (const [reason, ids] of this.#skipsByReason()) {
      lines.push(paint.faint(`skipped: ${[...ids].join(', ')} (${reason})`));
    }
    for (const result of this.results) {
      if (result.failure !== undefined) lines.push('', describeFailure(result, result.failure, paint));
    }
    if (this.passed === 0 && this.failed === 0) lines.push('Nothing was asked, so nothing is proven.');
    if (this.failed > 0) lines.push('', `seed ${this.seed}`);
    return `${lines.join('\n')}\n`;
  }

  /** What `JSON.stringify` writes. */
  toJSON(): object {
    const { target, seed, passed, failed, skipped, results } = this;
    return { target, seed, passed, failed, skipped, results };
  }

  /** JUnit's XML, as continuous integration services read it: one suite a configuration. */
  toJUnit(): string {
    return junitText(this.target, this.results);
  }

  #skipsByReason(): Map<string, Set<string>> {
    const skips = new Map<string, Set<string>>();
    for (const { id, reason } of this.results) {
      if (reason === undefined) continue;
      const ids = skips.get(reason) ?? new Set();
      skips.set(reason, ids.add(id));
    }
    return skips;
  }
}
