import { readFileSync } from 'node:fs';
import * as exported from '@glovebox/cache-config';
import { cacheConfigJsonSchema } from '@glovebox/cache-config';
import { expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('the README has every field with its spelling in snake_case and its default', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| `(\w+)` +\| .* \| (?:`(.*)`)? *\|$/gm)];
  const { properties = {} } = cacheConfigJsonSchema();
  const documented = rows.map(([, name = '', snake = '']) => [name, snake]);
  expect(new Set(documented.flat())).toEqual(new Set(Object.keys(properties)));
  for (const [, name = '', , told] of rows) {
    const field = properties[name];
    const isOtherName = ['cachePath', 'cacheFileLocking', 'cacheRoot'].includes(name);
    if (isOtherName || typeof field !== 'object' || !('default' in field)) continue;
    expect([name, told]).toEqual([name, String(field.default)]);
  }
});

it('the README has every function that the package exports', () => {
  for (const name of Object.keys(exported)) expect(readme).toContain(`\`${name}`);
});
