import { describe, expect, it } from 'vitest';
import { Trail } from '../src/trail.js';

describe('a trail', () => {
  it('shows one operation after the other on a line each', () => {
    const trail = new Trail();
    trail.begin("set('a')")('true');
    trail.note('clock +5 ms');
    trail.begin("get('a')");
    expect(trail.toLines()).toEqual(["set('a') → true", 'clock +5 ms', "get('a') → (has not ended)"]);
    expect(trail.pending()).toEqual(["get('a')"]);
  });

  it('shows which operations ran at once, and in which order they ended', () => {
    const trail = new Trail();
    const first = trail.begin('cleanup()');
    const second = trail.begin("set('a')");
    second('true');
    first('1');
    trail.begin("get('a')")('undefined');
    expect(trail.toLines()).toEqual(['cleanup() … (1)', "set('a') → true", '(1) → 1', "get('a') → undefined"]);
  });

  it('shows what happens inside of an operation below it', () => {
    const trail = new Trail();
    const computing = trail.begin("getOrSet('a')");
    const factory = trail.beginInside("factory of 'a'");
    factory('1');
    trail.noteInside('told: set a');
    computing('1');
    expect(trail.toLines()).toEqual(["getOrSet('a') → 1", "  factory of 'a' → 1", '  told: set a']);
  });

  it('counts what is repeated', () => {
    const trail = new Trail();
    for (let time = 0; time < 3; time++) trail.begin('get()')('1');
    const ends = [1, 2, 3, 4].map(() => trail.begin('delete()'));
    for (const [index, end] of ends.entries()) end(String(index === 0));
    expect(trail.toLines()).toEqual(['get() → 1 (3 times)', 'delete() … (1 to 4)', '(1) → true', '(2 to 4) → false']);
  });

  it('leaves out the middle of a long story, never its beginning', () => {
    const trail = new Trail();
    for (let step = 0; step < 5_000; step++) trail.begin(`set(${step})`)('true');
    const lines = trail.toLines();
    expect(lines).toHaveLength(47);
    expect(lines[0]).toBe('set(0) → true');
    expect(lines[6]).toMatch(/^\(\d+ more lines\)$/);
    expect(lines.at(-1)).toBe('set(4999) → true');
  });

  it('says nothing of a look that finds nothing', async () => {
    const trail = new Trail();
    await trail.probing(async () => trail.begin('getStats()')('fine'));
    await expect(
      trail.probing(async () => {
        trail.begin('getStats()')('odd');
        throw new Error('odd');
      }),
    ).rejects.toThrow('odd');
    expect(trail.toLines()).toEqual(['getStats() → odd']);
  });
});
