import { appendFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** How many titles stand under a reason before the rest is only counted. */
const TITLES_SHOWN = 5;

/**
 * Lists the skipped tests under their reasons once the run is over: a skip that nobody sees is a test that nobody has.
 * A test gives its reason with `context.skip(condition, reason)`. What has failed comes last, where it is found first.
 *
 * If `GLOVEBOX_TEST_SUMMARY` names a file, one line of counts is added to it, for scripts.
 */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    // A file that could not be loaded and a loose rejection fail the run without failing a test.
    const loose = unhandledErrors.length + modules.reduce((sum, module) => sum + module.errors().length, 0);
    const counts = { passed: 0, failed: loose, skipped: 0, pending: 0 };
    const byReason = new Map<string, string[]>();
    const failures = unhandledErrors.map(({ message }) => `an unhandled error: ${firstLine(message)}`);
    for (const module of modules) {
      for (const { message } of module.errors()) failures.push(`${module.relativeModuleId}: ${firstLine(message)}`);
      for (const test of module.children.allTests()) {
        const result = test.result();
        counts[result.state] += 1;
        if (result.state === 'failed') {
          failures.push(`${module.relativeModuleId} > ${test.fullName}: ${firstLine(result.errors[0]?.message)}`);
        }
        if (result.state !== 'skipped') continue;
        const reason = result.note ?? (test.options.mode === 'todo' ? 'to do' : 'no reason given');
        const titles = byReason.get(reason) ?? [];
        titles.push(`${module.relativeModuleId} > ${test.fullName}`);
        byReason.set(reason, titles);
      }
    }
    if (byReason.size > 0) console.log(describeSkips(byReason));
    if (failures.length > 0) console.log(describeFailures(failures));
    const summaryFile = process.env.GLOVEBOX_TEST_SUMMARY;
    if (summaryFile) {
      appendFileSync(summaryFile, `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    }
  }
}

function describeSkips(byReason: ReadonlyMap<string, readonly string[]>): string {
  const lines = ['', 'Skipped, and why:'];
  for (const [reason, titles] of byReason) {
    lines.push(`  ${titles.length} × ${reason}`);
    for (const title of titles.slice(0, TITLES_SHOWN)) lines.push(`      ${title}`);
    if (titles.length > TITLES_SHOWN) lines.push(`      and ${titles.length - TITLES_SHOWN} more`);
  }
  return `${lines.join('\n')}\n`;
}

function describeFailures(failures: readonly string[]): string {
  return `${['Failed:', ...failures.map((failure) => `  ${failure}`)].join('\n')}\n`;
}

function firstLine(message = 'no message'): string {
  return message.split('\n', 1)[0] ?? '';
}
