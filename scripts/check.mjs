// Everything that can fail before a release. `pnpm check` runs all gates, `pnpm check lint size` only those two,
// `pnpm check --skip tests` all but one. The exit code is 1 if a gate failed; the gates after it run all the same.
import { parseArgs } from 'node:util';
import { build } from './gates/build.mjs';
import { knip } from './gates/knip.mjs';
import { lint } from './gates/lint.mjs';
import { packages } from './gates/packages.mjs';
import { size } from './gates/size.mjs';
import { smoke } from './gates/smoke.mjs';
import { tests } from './gates/tests.mjs';
import { types } from './gates/types.mjs';
import { GateFailure } from './lib/run.mjs';
import { table } from './lib/table.mjs';

/** A gate resolves to a report to print, or to nothing, and throws a {@link GateFailure} for what it found. */
const gates = { build, lint, types, tests, packages, knip, size, smoke };

/** Gates that look at what was built: after a failed build they would only repeat it in other words. */
const needBuild = new Set(['tests', 'packages', 'size', 'smoke']);

const names = Object.keys(gates);
const results = [];
for (const name of gatesToRun()) {
  console.log(`\n▸ ${name}`);
  const startedAt = performance.now();
  const { result, text } = await outcome(name);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (text) console.log(text);
  console.log(`  ${result} after ${seconds} s`);
  results.push({ gate: name, seconds, result });
}
console.log(`\n${table(results)}`);
process.exitCode = results.some(({ result }) => result === 'FAILED') ? 1 : 0;

function gatesToRun() {
  try {
    const options = { skip: { type: 'string', multiple: true, default: [] } };
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const skipped = values.skip.flatMap((list) => list.split(','));
    const unknown = [...positionals, ...skipped].find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`There is no gate "${unknown}".`);
    const asked = positionals.length > 0 ? ['build', ...positionals] : names;
    return names.filter((name) => asked.includes(name) && !skipped.includes(name));
  } catch (error) {
    console.error(`${error.message} Gates: ${names.join(', ')}.`);
    return process.exit(2);
  }
}

/** A fault of the gate itself fails it too, and shows where. */
async function outcome(name) {
  if (needBuild.has(name) && results.some(({ gate, result }) => gate === 'build' && result === 'FAILED')) {
    return { result: 'not run', text: '  the build has failed' };
  }
  try {
    return { result: 'passed', text: await gates[name]() };
  } catch (error) {
    return { result: 'FAILED', text: error instanceof GateFailure ? error.message : error.stack };
  }
}
