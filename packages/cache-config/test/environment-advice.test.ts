import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { environmentAdvice } from '../src/environment-advice.js';

describe('environmentAdvice', () => {
  it.each([
    ['GLOVEBOX_CACHE_STRATEGY', 'cache_strategy (cacheStrategy)'],
    ['GLOVEBOX_CACHE_FILE_LOCKING', 'cache_file_locking (cacheFileLocking)'],
    ['GLOVEBOX_CACHE_ROOT', 'cache_root (cacheRoot)'],
    ['GLOVEBOX_CACHE_PATH', 'cache_root (cacheRoot)'],
    ['GLOVEBOX_CACHE_DIR', 'cache_root (cacheRoot)'],
    ['GLOVEBOX_CACHE_ENABLED', "cache_strategy: 'disabled'"],
    ['GLOVEBOX_CACHE_GLOBAL', "cache_strategy: 'disabled'"],
    ['GLOVEBOX_CACHE_MOERGO_DISABLED', "cache_strategy: 'disabled' (cacheStrategy) of that cache"],
    ['GLOVEBOX_CACHE_MAX_SIZE_MB', "max_size_mb (maxSizeMb) in the section 'cache'"],
  ])('names %s and what replaced it, but not its value', (name, setting) => {
    const advice = environmentAdvice({ [name]: 's3cret' });
    expect(advice).toContain(`${name} (now ${setting}`);
    expect(advice).not.toContain('s3cret');
  });

  it('names all that are set, and nothing else', () => {
    const env = {
      GLOVEBOX_CACHE_STRATEGY: 'x',
      GLOVEBOX_CACHE_ROOT: 'y',
      GLOVEBOX_CACHE_OWNER: 'z',
      GLOVEBOX_PROFILE: 'p',
    };
    const advice = environmentAdvice(env);
    expect(advice).toMatch(/STRATEGY .*ROOT /);
    expect(advice).not.toMatch(/OWNER|PROFILE/);
  });

  it.each([{}, { GLOVEBOX_CACHE_ROOT: '' }, { GLOVEBOX_CACHE_ROOT: undefined }, { PATH: '/bin' }])(
    'is silent for %j',
    (env) => {
      expect(environmentAdvice(env)).toBeUndefined();
    },
  );
});

describe('a process with removed variables', () => {
  const variables = { GLOVEBOX_CACHE_STRATEGY: 'process_isolated', GLOVEBOX_CACHE_FILE_LOCKING: 'false' };
  const child = fileURLToPath(new URL('./support/environment-child.ts', import.meta.url));

  function run(env: Record<string, string>, ...args: string[]) {
    const options = { encoding: 'utf8' as const, env: { ...process.env, ...env }, timeout: 15_000 };
    const { stdout, stderr, status } = spawnSync(process.execPath, [child, ...args], options);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return { stdout, stderr };
  }

  it('is warned once, and the variables change nothing', () => {
    const { stdout, stderr } = run(variables);
    expect(stdout).toBe('memory\nmemory\nmemory\nmemory\n');
    expect(stderr.match(/GLOVEBOX_CACHE_STRATEGY/g)).toHaveLength(1);
    expect(stderr).toContain('GLOVEBOX_CACHE_ENVIRONMENT');
    expect(stderr).toContain('GLOVEBOX_CACHE_FILE_LOCKING (now cache_file_locking');
  });

  it('is warned through its logger, if it has one', () => {
    const { stdout, stderr } = run(variables, 'with-logger');
    expect(stdout.match(/^logged .*GLOVEBOX_CACHE_STRATEGY/gm)).toHaveLength(1);
    expect(stderr).not.toContain('GLOVEBOX');
  });

  it('is not warned without them', () => {
    expect(run({}).stderr).not.toContain('GLOVEBOX');
  });
});
