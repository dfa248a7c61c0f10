import { describe, expect, it, vi } from 'vitest';
import { CHECKS } from '../../src/checks/index.js';
import { parseArguments } from '../../src/cli/arguments.js';
import { listText, reportText, usesColors } from '../../src/cli/output.js';
import { ConformanceReport } from '../../src/report.js';

const asked = parseArguments(['./target.js']);
const report = new ConformanceReport('mine', 3, [
  { id: 'ttl/units', group: 'ttl', promise: 'Seconds.', configuration: 'default', status: 'passed', durationMs: 1 },
]);

describe('the output', () => {
  it('is JSON or XML alone where that is asked for', () => {
    expect(JSON.parse(reportText(report, 'json', asked))).toMatchObject({ target: 'mine', seed: 3, passed: 1 });
    expect(reportText(report, 'junit', asked)).toBe(report.toJUnit());
    expect(reportText(report, 'text', asked)).toBe('mine: 1 passed, 0 failed, 0 skipped\n');
  });

  it('says how to run a failed check alone, and what it has drawn', () => {
    const failure = { expected: 'a', came: 'b', trail: [], path: '3:0', replay: 'the same' };
    const failed = new ConformanceReport('mine', 3, [
      {
        id: 'model/lru',
        group: 'model',
        promise: 'x',
        configuration: 'tightest',
        status: 'failed',
        failure,
        durationMs: 1,
      },
    ]);
    expect(reportText(failed, 'text', asked)).toMatch(
      /^One check alone: glovebox-cache-testkit \.\/target\.js --only model\/lru --seed 3 --configuration tightest --path 3:0$/m,
    );
  });

  it('lists checks with their promises', () => {
    const checks = CHECKS.filter(({ id }) => id.startsWith('tags/'));
    expect(listText(checks, 'text')).toMatch(/^tags\/kept +The tags of a set are in the metadata/m);
    expect(JSON.parse(listText(checks, 'json'))).toHaveLength(checks.length);
  });

  it('has colors on a terminal, unless somebody says otherwise', () => {
    vi.stubEnv('NO_COLOR', '').stubEnv('FORCE_COLOR', '');
    expect(usesColors(asked, { isTTY: true })).toBe(true);
    expect(usesColors(asked, {})).toBe(false);
    vi.stubEnv('FORCE_COLOR', '1');
    expect(usesColors(asked, {})).toBe(true);
    vi.stubEnv('NO_COLOR', '1');
    expect(usesColors(asked, { isTTY: true })).toBe(false);
    expect(usesColors({ ...asked, isColorful: true }, {})).toBe(true);
    vi.unstubAllEnvs();
  });
});
