import { describe, expect, it } from 'vitest';
import { HELP, parseArguments } from '../../src/cli/arguments.js';
import { idsOf } from '../../src/cli/check-patterns.js';

describe('the arguments', () => {
  it('have defaults', () => {
    expect(parseArguments(['target.js'])).toEqual({
      task: 'run',
      specifier: 'target.js',
      format: 'text',
      out: undefined,
      patterns: [],
      groups: [],
      configurations: [],
      settings: {},
      benchmark: {},
      isColorful: undefined,
    });
  });

  it('are all in the help', () => {
    const options = [
      'only',
      'group',
      'configuration',
      'seed',
      'runs',
      'full',
      'path',
      'json',
      'junit',
      'out',
      'list',
      'color',
      'no-color',
    ];
    for (const option of [...options, 'help', 'version']) expect(HELP).toContain(`--${option}`);
    for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(115);
  });

  it.each([
    [['x', '--onli', 'y'], /no option --onli; did you mean --only\?/],
    [['x', '--wrong'], /no option --wrong; --help lists them/],
    [['x', '--json', '--junit'], /exclude each other/],
    [['x', 'y'], /one module at a time: there are 2 \(x, y\)/],
    [[], /no module: name the file/],
    [['x', '--group', 'value'], /no group named 'value'; did you mean 'values'\?/],
    [['x', '--group', 'rhubarb'], /groups: keys, values/],
    [['x', '--configuration', 'tight'], /no configuration named 'tight'/],
    [['x', '--seed', '1.5'], /--seed is '1.5'; it must be a whole number/],
    [['x', '--seed', ''], /--seed is ''/],
    [['x', '--seed'], /argument missing/],
    [['x', '--runs', '0'], /--runs is '0'; it must be a whole number from 1/],
    [['x', '--out', ''], /--out is empty/],
    [['x', '--json=yes'], /does not take an argument/],
  ])('%j are refused', (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });

  it('name how random checks draw', () => {
    expect(parseArguments(['x', '--seed', '7', '--path', '3:0:1']).settings).toEqual({ seed: 7, path: '3:0:1' });
    expect(parseArguments(['x', '--full']).settings).toEqual({ modelRuns: 500, scale: 'full' });
    expect(parseArguments(['x', '--full', '--runs', '5']).settings).toEqual({ modelRuns: 5, scale: 'full' });
  });

  it('need no module to be explained or to list the checks', () => {
    expect(parseArguments(['-h']).task).toBe('help');
    expect(parseArguments(['-v']).task).toBe('version');
    expect(parseArguments(['--list']).task).toBe('list');
  });
});

describe('a pattern', () => {
  const ids = ['keys/prefix', 'keys/prefix-empty', 'ttl/units', 'ttl/overwrite-restarts'];

  it('that is an id means this check alone', () => {
    expect(idsOf(['keys/prefix'], ids)).toEqual(['keys/prefix']);
  });

  it('means every check whose id contains it, with * for anything', () => {
    expect(idsOf(['prefix'], ids)).toEqual(['keys/prefix', 'keys/prefix-empty']);
    expect(idsOf(['ttl/*restarts', 'units'], ids)).toEqual(['ttl/units', 'ttl/overwrite-restarts']);
    expect(idsOf(['*'], ids)).toEqual(ids);
  });

  it('that means none is refused, with the nearest', () => {
    expect(() => idsOf(['ttl/unts'], ids)).toThrow(/no check matches 'ttl\/unts'; did you mean 'ttl\/units'\?/);
    expect(() => idsOf(['rhubarb'], ids)).toThrow(/--list prints them all/);
    expect(() => idsOf([''], ids)).toThrow(/no check matches ''/);
  });
});
