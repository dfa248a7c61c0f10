import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress, encrypt } from '@glovebox/cache-core/codecs';
import { SqliteCache } from '@glovebox/example-custom-backend';
import { expect, it, onTestFinished } from 'vitest';

it('has compression and encryption without a line of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'glovebox-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'cache.db');
  const keys = [randomBytes(32)];
  await using cache = new SqliteCache({ file, transforms: [compress(), encrypt({ keys })] });
  const layout = { title: 'a secret', keys: Array(1_000).fill('&kp A') };
  await cache.set('a', layout);
  expect(await cache.get('a')).toEqual(layout);
  expect((await cache.getMetadata('a'))?.sizeBytes).toBeLessThan(300);
  expect(readFileSync(`${file}-wal`).includes('a secret')).toBe(false);

  await using other = new SqliteCache({ file, transforms: [encrypt({ keys: [randomBytes(32)] })] });
  expect(await other.get('a')).toBeUndefined();
  expect((await other.getStats()).errorCount).toBe(1);
  expect(await cache.get('a')).toEqual(layout);
});
