import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unavailability } from '../src/availability.js';
import { openStore } from '../src/open-store.js';
import { groups } from '../src/subjects/index.js';
import { valueKinds } from '../src/values.js';

const subjects = groups.flatMap(({ reference, others }) => [reference, ...others]);
const kinds = valueKinds.filter(({ name }) => name === '536 B' || name === '1 MB bytes');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'glovebox-bench-test-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('each subject has a name of its own, and each group our packages and peers', () => {
  expect(new Set(subjects.map(({ name }) => name)).size).toBe(subjects.length);
  for (const { others } of groups) {
    expect(others.filter(({ isOurs }) => isOurs === true).length).toBeGreaterThanOrEqual(3);
    expect(others.filter(({ isOurs }) => isOurs !== true).length).toBeGreaterThanOrEqual(6);
  }
});

describe.each(subjects)('$name', (subject) => {
  it.each(kinds.filter(({ isBytes }) => !isBytes || subject.gives.holds !== 'JSON'))(
    'does with $name what is timed, and gives what the tables say',
    async (kind) => {
      const reason = await unavailability(subject);
      if (reason !== undefined) throw new Error(`not to be had: ${reason}`);
      const { session, storedKeys, freshKeys } = await openStore(subject, kind, 5, directory);
      try {
        expect(storedKeys.length).toBeGreaterThanOrEqual(4);
        for (const key of storedKeys) expect(await session.get(key)).toBeDefined();
        for (const key of freshKeys.slice(0, 3)) expect(await session.miss(key)).toBeUndefined();
      } finally {
        await session.close();
      }
    },
  );
});

it('a module that can not be loaded is told by name', async () => {
  expect(await unavailability({ needs: 'no-such-cache' })).toContain('no-such-cache');
  expect(await unavailability({ needs: 'lru-cache' })).toBeUndefined();
  expect(await unavailability({})).toBeUndefined();
});
