import { availableParallelism, cpus } from 'node:os';
import type { Latency, Spread } from './statistics.js';

/** What an operation of one cache costs. */
export interface Costs {
  /** Of one operation: the median of each round, over the rounds. */
  readonly microseconds: Spread;
  /** One at a time, each awaited. */
  readonly operationsPerSecond: number;
  /** Of single operations; what reading the clock costs, about a tenth of a microsecond, is part of it. */
  readonly latency: Latency;
}

export interface CostRow {
  readonly value: string;
  readonly operation: string;
  readonly backend: Costs;
  readonly baseline: Costs;
  /** What the backend takes, in times of what the baseline takes, by round. */
  readonly ratio: Spread;
}

interface BenchmarkResult {
  readonly target: string;
  readonly baseline: string;
  readonly rows: readonly CostRow[];
  readonly notes: readonly string[];
}

/** What a backend's operations cost, beside those of a baseline. Prints as a table, and as JSON. */
export class BackendBenchmark {
  readonly target: string;
  readonly baseline: string;
  readonly rows: readonly CostRow[];
  /** What was not measured, and why. */
  readonly notes: readonly string[];
  readonly machine: string;

  constructor({ target, baseline, rows, notes }: BenchmarkResult) {
    this.target = target;
    this.baseline = baseline;
    this.rows = rows;
    this.notes = notes;
    this.machine = `Node ${process.version}, ${process.platform}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`;
  }

  /** A table for each value. Times are in microseconds. */
  toString(): string {
    const values = [...new Set(this.rows.map(({ value }) => value))];
    const head = [`${this.target} beside ${this.baseline}`, `${this.machine}; times in µs, one operation at a time`];
    return `${[head.join('\n'), ...values.map((value) => this.#table(value)), ...this.notes].join('\n\n')}\n`;
  }

  /** What `JSON.stringify` writes. */
  toJSON(): object {
    const { target, baseline, machine, rows, notes } = this;
    return { target, baseline, machine, rows, notes };
  }

  #table(value: string): string {
    const rows = this.rows.filter((row) => row.value === value);
    const titles = ['ops/s', 'median', '±', 'p50', 'p90', 'p99', 'max', 'baseline', 'ratio', '±'];
    return textTable([[value, ...titles], ...rows.map((row) => [row.operation, ...cells(row)])]);
  }
}

function cells({ backend, baseline, ratio }: CostRow): string[] {
  const { microseconds, operationsPerSecond, latency } = backend;
  return [
    Math.round(operationsPerSecond).toLocaleString('en-US'),
    threeDigits(microseconds.median),
    percent(microseconds),
    ...[latency.p50, latency.p90, latency.p99, latency.max].map(threeDigits),
    threeDigits(baseline.microseconds.median),
    `×${threeDigits(ratio.median)}`,
    percent(ratio),
  ];
}

function percent({ spreadPercent }: Spread): string {
  return `${spreadPercent.toFixed(0)} %`;
}

function threeDigits(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** Names to the left, numbers to the right. */
function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const [header = [], ...body] = rows;
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
