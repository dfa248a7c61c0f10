import { describe, expect, it } from 'vitest';
import { CHECKS } from '../src/checks/index.js';
import { USUAL_CAUSES, usualCauseOf } from '../src/usual-causes.js';

describe('the usual causes', () => {
  it.each(USUAL_CAUSES)('%s: belong to checks that exist', (cause, patterns) => {
    for (const pattern of patterns) {
      const alone = new RegExp(`^${pattern.replace('*', '.*')}$`);
      const meant = CHECKS.filter(({ id }) => alone.test(id));
      expect(meant, pattern).not.toHaveLength(0);
      expect(meant.map(({ id }) => usualCauseOf(id))).toContain(cause);
    }
  });

  it('are known for most checks of what a hook does', () => {
    for (const group of ['keys', 'values', 'ttl', 'persistence']) {
      const ofGroup = CHECKS.filter((check) => check.group === group);
      const known = ofGroup.filter(({ id }) => usualCauseOf(id) !== undefined);
      expect(known.length / ofGroup.length, group).toBeGreaterThan(0.7);
    }
  });
});
