import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../../src/cli/progress.js';
import type { CheckResult } from '../../src/run-check.js';

const check = { id: 'ttl/units', group: 'ttl', promise: 'Seconds.', configuration: 'default' } as const;
const failed: CheckResult = { ...check, status: 'failed', durationMs: 1 };

let written: string[];
const write = (text: string) => written.push(text);

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
});

afterEach(() => {
  vi.useRealTimers();
});

describe('progress', () => {
  it('is a line every five seconds where nobody watches, and none in a short run', () => {
    const progress = new Progress({ write }, 548);
    progress.started(check);
    progress.finished(failed);
    vi.advanceTimersByTime(4_999);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(written).toEqual(['1/548 checks, 1 failed, 5 s: ttl/units (default)\n']);
    progress.end();
    vi.advanceTimersByTime(60_000);
    expect(written).toHaveLength(1);
  });

  it('is one line on a terminal, never wider, and gone at the end', () => {
    const progress = new Progress({ write, isTTY: true, columns: 20 }, 548);
    progress.started(check);
    vi.advanceTimersByTime(200);
    progress.end();
    expect(written).toEqual(['\r\u001b[K0/548 checks, 0 fai', '\r\u001b[K0/548 checks, 0 fai', '\r\u001b[K']);
  });
});
