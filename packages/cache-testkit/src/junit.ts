import { type CheckResult, describeFailure } from './run-check.js';

/** The results as JUnit XML, one test suite a configuration. */
export function junitText(target: string, results: readonly CheckResult[]): string {
  const configurations = [...new Set(results.map(({ configuration }) => configuration))];
  const suites = configurations.map((configuration) => {
    const own = results.filter((result) => result.configuration === configuration);
    return [
      `  <testsuite name="${escaped(`${target} (${configuration})`)}"${totals(own)}>`,
      ...own.map((result) => testCase(target, result)),
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(target)}"${totals(results)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(results: readonly CheckResult[]): string {
  const count = (status: CheckResult['status']) => results.filter((result) => result.status === status).length;
  const time = seconds(results.reduce((total, { durationMs }) => total + durationMs, 0));
  return ` tests="${results.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${time}"`;
}

function testCase(target: string, result: CheckResult): string {
  const { id, group, reason, failure, durationMs } = result;
  const head = `    <testcase classname="${escaped(`${target}.${group}`)}" name="${escaped(id)}" time="${seconds(durationMs)}"`;
  if (reason !== undefined) return `${head}><skipped message="${escaped(reason)}"/></testcase>`;
  if (failure === undefined) return `${head}/>`;
  const message = escaped(`expected ${failure.expected}; came ${failure.came}`);
  return `${head}><failure message="${message}">${escaped(describeFailure(result, failure))}</failure></testcase>`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no way to write most control codes, not even as entities. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
  );
}
