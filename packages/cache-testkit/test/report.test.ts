import { runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { BrokenCache } from './broken/lru-ignores-reads.js';
import { ReferenceCache, targetOf } from './reference-cache.js';

const broken = { ...targetOf('broken <&">', BrokenCache), skip: { 'limits/one-entry': 'not in "this" store' } };
const selection = {
  checks: ['limits/lru-get', 'limits/lru-oldest', 'limits/one-entry', 'isolation/reference'],
  configurations: ['default'] as const,
};

describe('a report', () => {
  it('counts, and gives each skip its reason', async () => {
    const report = await runConformance(broken, selection);
    expect(report).toMatchObject({ passed: 1, failed: 1, skipped: 2, isPassed: false });
    const text = report.toText();
    expect(text).toContain('1 passed, 1 failed, 2 skipped');
    expect(text).toContain('skipped: limits/one-entry (not in "this" store)');
    expect(text).toContain("skipped: isolation/reference (not asked: needs isolation 'reference')");
  });

  it('says what was promised, what led there and what came instead', async () => {
    const text = (await runConformance(broken, selection)).toText();
    const parts = [
      'limits/lru-get (default configuration)',
      'promised: LRU: a get protects an entry.',
      "expected: the keys left where 'b' must go to be [ 'a', 'c', 'd', 'e' ]",
      "came:     [ 'b', 'c', 'd', 'e' ]",
      "cache = create({ maxEntries: 4, evictionPolicy: 'lru' }) → opened",
      "cache.set('a', 'a') → true",
      'clock +1000 ms',
      "cache.get('a') → 'a'",
      "cache.exists('a') → false",
    ];
    let position = 0;
    for (const part of parts) {
      const found = text.indexOf(part, position);
      expect(found, `${part} after the parts before it in\n${text}`).toBeGreaterThanOrEqual(0);
      position = found;
    }
  });

  it('is plain data as JSON', async () => {
    const report = await runConformance(broken, selection);
    const data = JSON.parse(JSON.stringify(report));
    expect(data).toMatchObject({ target: 'broken <&">', seed: 1, passed: 1, failed: 1, skipped: 2 });
    expect(data.results).toHaveLength(4);
    expect(data.results.find(({ id }: { id: string }) => id === 'limits/lru-get').failure).toMatchObject({
      came: "[ 'b', 'c', 'd', 'e' ]",
    });
  });

  it('is well-formed as JUnit XML', async () => {
    const xml = (await runConformance(broken, selection)).toJUnit();
    expect(xml).toContain('<testsuite name="broken &lt;&amp;&quot;&gt; (default)" tests="4" failures="1" skipped="2"');
    expect(xml).toContain('<skipped message="not in &quot;this&quot; store"/>');
    expect(xml).toMatch(/<failure message="[^<"]*">[^<]*<\/failure>/);
    expect(openTags(xml)).toEqual([]);
  });

  it('comes with progress', async () => {
    const steps: string[] = [];
    await runConformance(targetOf('reference', ReferenceCache), {
      checks: ['ttl/units', 'ttl/none'],
      onProgress: ({ status }, { done, total }) => steps.push(`${done}/${total} ${status}`),
    });
    expect(steps).toEqual(['1/4 passed', '2/4 passed', '3/4 passed', '4/4 passed']);
  });

  it('does not pass when nothing was asked', async () => {
    const skip = { 'ttl/units': 'no reason is good enough' };
    const report = await runConformance({ ...targetOf('reference', ReferenceCache), skip }, { checks: ['ttl/units'] });
    expect(report).toMatchObject({ passed: 0, failed: 0, skipped: 2, isPassed: false });
  });
});

describe('an error that the backend throws', () => {
  class Throwing extends ReferenceCache {
    override exists(): Promise<boolean> {
      throw new RangeError('out of range');
    }
  }

  it('is given with its stack, as far as it is the backend’s', async () => {
    const report = await runConformance(targetOf('throwing', Throwing), { checks: ['lifecycle/delete'] });
    const [result] = report.results;
    expect(result?.failure?.came).toBe('an error: RangeError: out of range');
    expect(result?.failure?.trail.at(-1)).toBe("cache.exists('key') → threw RangeError: out of range");
    expect(result?.failure?.stack).toMatch(/^at Throwing\.exists [^\n]*$/);
  });
});

describe('a fault that the base class turns into a refused write', () => {
  class Full extends ReferenceCache {
    protected override writeEntry(): void {
      throw new Error('the disk is full');
    }
  }

  it('is in the story, with what the backend threw', async () => {
    const text = (await runConformance(targetOf('full', Full), { checks: ['lifecycle/ready-at-once'] })).toText();
    expect(text).toMatch(/cache\.set\('a', 'a'\) … \(1\)\n(?:.*\n)*?.*error told, of 'set': .*the disk is full/);
    expect(text).toContain('  often:    the store is used before openStore has resolved');
  });
});

describe('a cache that cannot be closed', () => {
  class Stuck extends ReferenceCache {
    override close(): Promise<void> {
      return new Promise(() => {});
    }
  }

  it('fails every check, with what was done to find that out', async () => {
    const target = { ...targetOf('stuck', Stuck), timeoutSeconds: 0.2 };
    const text = (await runConformance(target, { checks: ['tags/kept'], configurations: ['default'] })).toText();
    expect(text).toContain('expected: an end within 0.2 s\n  came:     none: cache.close() has not ended');
    expect(text).toContain('cache = create({}) → opened\n    cache.close() → (has not ended)');
  });
});

describe('a target that cannot be made', () => {
  it('fails every check with the error, instead of rejecting', async () => {
    const target = {
      name: 'unmade',
      create(): never {
        throw new Error('no such store');
      },
    };
    const report = await runConformance(target, { groups: ['ttl'] });
    expect(report.failed).toBe(report.results.length);
    expect(report.toText()).toContain('Error: no such store');
  });

  it('fails when its capabilities are misspelt', async () => {
    class Misspelt extends ReferenceCache {
      override readonly capabilities = {
        ...new ReferenceCache({}).capabilities,
        evictionPolicies: ['lru', 'lfo'] as never,
      };
    }
    const report = await runConformance(targetOf('misspelt', Misspelt), { checks: ['ttl/units'] });
    expect(report.toText()).toContain('capabilities.evictionPolicies is not an array of');
  });
});

/** Names of elements that are opened and not closed, or closed and not opened. */
function openTags(xml: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = '', end] of xml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (end === '/') continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}
