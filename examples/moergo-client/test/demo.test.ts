import { describe, expect, it } from 'vitest';
import { runMoergoDemo } from '../src/index.js';
import { setUp } from './support.js';

describe('runMoergoDemo', () => {
  it('answers every call again without a request', async () => {
    const { cache } = await setUp();
    const demo = await runMoergoDemo({ cache });
    expect(demo.rows.filter(({ failed }) => failed)).toEqual([]);
    expect(demo.succeeded).toBe(true);
    expect(
      demo.rows.map(({ operation, coldRequests, warmRequests }) => [operation, coldRequests, warmRequests]),
    ).toEqual([
      ['listFirmware()', 1, 0],
      ['getLayoutMeta(uuid)', 1, 0],
      ['getLayout(uuid)', 1, 0],
      ['getLayout(uuid) × 20 at once', 1, 0],
      ['listUserLayouts()', 1, 0],
      ['compileFirmware(...)', 1, 0],
      ['downloadFirmware(...)', 1, 0],
    ]);
    // The server adds 25 ms to each answer.
    for (const row of demo.rows) expect(row.coldMs).toBeGreaterThan(20);
    expect(demo.rows.at(-1)?.result).toMatch(/^\d+ bytes of UF2$/);
  });

  it('finds what an earlier run left in the cache', async () => {
    const { cache } = await setUp();
    await runMoergoDemo({ cache });
    const again = await runMoergoDemo({ cache });
    expect(again.succeeded).toBe(true);
    expect(again.rows.map(({ coldRequests }) => coldRequests)).toEqual(new Array(7).fill(0));
    expect(again.rows.map(({ result }) => result)).not.toContain('');
  });
});
