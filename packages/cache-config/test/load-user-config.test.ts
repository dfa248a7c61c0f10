import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultConfigPath, loadUserConfig, type UserConfig } from '@glovebox/cache-config';
import { describe, expect, it } from 'vitest';
import { capturingStrategy } from './support/capturing-strategy.js';
import { configErrorOf } from './support/config-error.js';
import { temporaryDirectory } from './support/temporary-directory.js';

function write(name: string, content: string | Uint8Array): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
}

/** The message about a file, its path replaced by `FILE`. */
function messageOf(name: string, content: string | Uint8Array): string {
  const path = write(name, content);
  const { message } = configErrorOf(() => loadUserConfig(path));
  expect(message.startsWith(path)).toBe(true);
  return message.replaceAll(path, 'FILE');
}

const expected: Partial<UserConfig> = {
  cacheStrategy: 'process_isolated',
  cacheFileLocking: false,
  cacheRoot: resolve('/var/x'),
};

const yaml = `# The cache of a keyboard tool
profile: glove80/v25.05
cache_strategy: process_isolated
cache_file_locking: false
cache_path: /var/x
cache:
  max_size_mb: 100
  defaultTtlHours: 1
  eviction_policy: lfu
layouts:
  - anything: goes
`;

describe('loadUserConfig reads', () => {
  it('YAML', () => {
    const config = loadUserConfig(write('config.yaml', yaml));
    expect(config).toMatchObject(expected);
    expect(config.cache).toMatchObject({ maxSizeBytes: 104_857_600, defaultTtlSeconds: 3_600, evictionPolicy: 'lfu' });
  });

  it('JSON, indented with tabs', () => {
    const settings = { cacheStrategy: 'process_isolated', cache_file_locking: false, cache: { cache_root: '/var/x' } };
    expect(loadUserConfig(write('config.json', JSON.stringify(settings, null, '\t')))).toMatchObject(expected);
  });

  it('a file by its URL, with a byte order mark and Windows line ends', () => {
    const path = write('config.yml', `\uFEFF${yaml.replaceAll('\n', '\r\n')}`);
    expect(loadUserConfig(pathToFileURL(path))).toMatchObject(expected);
  });

  it.each(['', '# nothing\n', '---\n', 'cache:\n', 'cache:\n  # max_entries: 5\n', '{}'])(
    '%j as the defaults',
    (text) => {
      expect(loadUserConfig(write('config.yaml', text))).toEqual(loadUserConfig(undefined, noDefaultFile()));
    },
  );

  it('an explicit null as no limit', () => {
    const { cache } = loadUserConfig(
      write('c.yaml', 'cache:\n  max_entries: null\n  max_size_mb: ~\n  default_ttl_hours: null'),
    );
    expect(cache).toMatchObject({ maxEntries: null, maxSizeBytes: null, defaultTtlSeconds: null });
  });

  it('anchors and aliases in reason', () => {
    const text = 'app:\n  limit: &limit 5\ncache:\n  max_entries: *limit\n';
    expect(loadUserConfig(write('c.yaml', text)).cache.maxEntries).toBe(5);
  });

  it('a relative root from the folder of the file, and ~ as the home directory', () => {
    const path = write('config.yaml', 'cache_root: ./cached\n');
    expect(loadUserConfig(path).cacheRoot).toBe(join(path, '..', 'cached'));
    expect(loadUserConfig(write('config.yaml', 'cache_root: ~/cached\n')).cacheRoot).toBe(join(homedir(), 'cached'));
  });

  it("strategies of the application's own", () => {
    const { strategy } = capturingStrategy();
    const path = write('config.yaml', 'cache_strategy: redis\n');
    expect(loadUserConfig(path, { strategies: { redis: strategy } }).cacheStrategy).toBe('redis');
    expect(configErrorOf(() => loadUserConfig(path)).message).toContain(
      'line 1: cache_strategy is "redis"; allowed is',
    );
  });
});

/** Options with which there is no default file. */
function noDefaultFile() {
  return { env: { XDG_CONFIG_HOME: temporaryDirectory() } };
}

describe('the default file', () => {
  it('is $XDG_CONFIG_HOME/glovebox/config.yaml', () => {
    const configHome = temporaryDirectory();
    mkdirSync(join(configHome, 'glovebox'));
    writeFileSync(join(configHome, 'glovebox', 'config.yaml'), yaml);
    expect(defaultConfigPath({ XDG_CONFIG_HOME: configHome })).toBe(join(configHome, 'glovebox', 'config.yaml'));
    expect(loadUserConfig(undefined, { env: { XDG_CONFIG_HOME: configHome } })).toMatchObject(expected);
  });

  it.each([undefined, '', 'relative'])('is below ~/.config if XDG_CONFIG_HOME is %j', (configHome) => {
    expect(defaultConfigPath({ XDG_CONFIG_HOME: configHome })).toBe(join(homedir(), '.config/glovebox/config.yaml'));
  });

  it('may be missing: everything has its default', () => {
    expect(loadUserConfig(undefined, noDefaultFile())).toMatchObject({
      cacheStrategy: 'shared',
      cacheFileLocking: true,
    });
    const configHome = temporaryDirectory();
    writeFileSync(join(configHome, 'glovebox'), 'a file where the folder would be');
    expect(loadUserConfig(undefined, { env: { XDG_CONFIG_HOME: configHome } }).cacheStrategy).toBe('shared');
  });

  it('must be right if it is there', () => {
    const configHome = temporaryDirectory();
    mkdirSync(join(configHome, 'glovebox', 'config.yaml'), { recursive: true });
    const { message } = configErrorOf(() => loadUserConfig(undefined, { env: { XDG_CONFIG_HOME: configHome } }));
    expect(message).toContain('it is not a file');
  });
});

describe('loadUserConfig tells of', () => {
  it('every fault with its line, in the order of the file', () => {
    const text = [
      'profile: x',
      'cache_stratgy: shared',
      'cache:',
      '  max_entries:',
      '  eviction_policy: newest',
      '  max_size_mb: -3',
      '  max_size_mb: 4',
      '  evict_policy: lru',
      '  use_file_locking: no',
      '  default_ttl_hours: 1',
      '  default_ttl_seconds: 1',
    ];
    expect(messageOf('config.yaml', text.join('\n'))).toBe(
      [
        'FILE: 7 problems',
        "  line 2: there is no field 'cache_stratgy'; did you mean 'cache_strategy'?",
        '  line 4: cache.max_entries has no value; allowed is a whole number above 0, or null for no limit',
        `  line 5: cache.eviction_policy is "newest"; allowed is one of 'lru', 'lfu', 'fifo', 'ttl', 'sieve', 's3-fifo', 'w-tinylfu'`,
        "  line 7: 'max_size_mb' is given twice, first in line 6; allowed is once",
        "  line 8: there is no field 'cache.evict_policy'; did you mean 'cache.eviction_policy'?",
        '  line 9: cache.use_file_locking is "no"; allowed is true or false',
        '  line 10: cache.default_ttl_hours and default_ttl_seconds are both given and differ; ' +
          'allowed is one of them, or both of one length (an hour is 3,600 seconds)',
      ].join('\n'),
    );
  });

  it('one fault in one line', () => {
    const message = messageOf('config.json', '{\n  "profile": 1,\n  "cache": {\n    "maxEntries": "many"\n  }\n}');
    expect(message).toBe(
      'FILE, line 4: cache.maxEntries is "many"; allowed is a whole number above 0, or null for no limit',
    );
  });

  it.each([
    ['an unclosed quote', 'a.yaml', 'password: "hunter2\n', 'FILE, line'],
    ['an unclosed bracket', 'a.yaml', 'a: 1\ncache: {max_entries: 5\n', 'FILE, line'],
    ['two documents', 'a.yaml', 'a: 1\n---\nb: 2\n', 'FILE, line'],
    ['an unknown alias', 'a.yaml', 'cache: *hunter2\n', 'aliases without an anchor'],
    ['a list', 'a.yaml', '\n- hunter2\n', 'FILE, line 2: the configuration is an array; allowed is an object'],
    ['a text', 'a.yaml', 'shared\n', 'FILE, line 1: the configuration is "shared"; allowed is an object'],
    ['YAML in a .json file', 'a.json', 'cache_strategy: shared\n', 'not JSON'],
    ['a comment in JSON', 'a.json', '{\n  "password": "hunter2" // old\n}', 'FILE, line 2'],
    ['a trailing comma in JSON', 'a.json', '{\n  "cache_strategy": "shared",\n}', 'not JSON'],
    ['a field twice in JSON', 'a.json', '{\n"cache": {"io": "sync",\n"io": "sync"}}', 'FILE, line 3'],
    ['a field twice that is none of ours', 'a.yaml', 'ui:\n  a: 1\n  a: 2\n', "FILE, line 3: 'a' is given twice"],
    ['bytes that are no UTF-8', 'a.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xff), 'not UTF-8'],
    ['a file beyond a megabyte', 'a.yaml', `#${' '.repeat(1_000_000)}`, '1000001 bytes'],
    [
      'a merge key',
      'a.yaml',
      'a: &a {max_entries: 5}\ncache:\n  <<: *a\n',
      "FILE, line 3: there is no field 'cache.<<'",
    ],
  ])('%s', (_, name, content, expectedText) => {
    const message = messageOf(name, content);
    expect(message).toContain(expectedText);
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['null', null],
    ['""', ''],
    ['7', 7],
    ['of type object', new URL('https://example.org/config.yaml')],
  ])('a path that is %s', (found, path) => {
    const load: (path: never) => UserConfig = loadUserConfig;
    expect(configErrorOf(() => load(path as never)).message).toContain(`path is ${found}; allowed is`);
  });

  it('options that there are none of', () => {
    const options: object = { strategeis: {} };
    expect(configErrorOf(() => loadUserConfig(undefined, options)).message).toContain("did you mean 'strategies'?");
  });

  it('an explicit file that is missing, a folder, or a link to nothing', () => {
    const directory = temporaryDirectory();
    symlinkSync(join(directory, 'nothing'), join(directory, 'link.yaml'), 'junction');
    expect(configErrorOf(() => loadUserConfig(join(directory, 'no.yaml'))).message).toContain('there is no such file');
    expect(configErrorOf(() => loadUserConfig(directory)).message).toContain('it is not a file');
    expect(configErrorOf(() => loadUserConfig(join(directory, 'link.yaml'))).message).toContain("can't be read");
  });

  it('a named pipe, at once', ({ skip }) => {
    const pipe = join(temporaryDirectory(), 'pipe.yaml');
    if (spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]).status !== 0) skip('mkfifo is missing');
    expect(configErrorOf(() => loadUserConfig(pipe)).message).toContain('it is not a file');
  });

  it('a file that may not be read', ({ skip }) => {
    if (process.platform === 'win32' || process.geteuid?.() === 0) skip('this user may read everything');
    const path = write('config.yaml', yaml);
    chmodSync(path, 0);
    expect(configErrorOf(() => loadUserConfig(path)).message).toContain('EACCES');
  });
});

describe('loadUserConfig is not brought down by', () => {
  it('aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(messageOf('a.yaml', [...lines, 'cache: *a11'].join('\n'))).toContain('aliases');
    expect(loadUserConfig(write('b.yaml', lines.join('\n'))).cacheStrategy).toBe('shared');
  });

  it('thousands of levels', () => {
    expect(messageOf('a.yaml', `cache: ${'['.repeat(50_000)}`)).toContain("can't be read");
    expect(messageOf('b.yaml', `cache: ${'['.repeat(5_000)}${']'.repeat(5_000)}`)).toMatch(/can't be read|array/);
  });

  it('twenty thousand fields, each of which is looked up for duplicates', () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => `f${index}: 1`);
    expect(loadUserConfig(write('a.yaml', fields.join('\n'))).cacheStrategy).toBe('shared');
  });

  it('fields called __proto__', () => {
    const config = loadUserConfig(write('a.yaml', '__proto__:\n  cache_strategy: disabled\n  polluted: 1\n'));
    expect(config.cacheStrategy).toBe('shared');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(messageOf('b.json', '{"cache": {"__proto__": {"io": "async"}}}')).toContain("no field 'cache.__proto__'");
  });
});
