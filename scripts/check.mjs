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

const names = Object.keys(gates);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { skip: { type: 'string', multiple: true } },
});
const skipped = (values.skip ?? []).flatMap((list) => list.split(','));
const unknown = [...positionals, ...skipped].find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no gate "${unknown}". Gates: ${names.join(', ')}.`);
  process.exit(2);
}

// All other gates look at what was built.
const asked = positionals.length > 0 ? ['build', ...positionals] : names;
const results = [];
for (const name of names.filter((each) => asked.includes(each) && !skipped.includes(each))) {
  console.log(`\n▸ ${name}`);
  const startedAt = performance.now();
  const failure = await runGate(gates[name]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (failure !== undefined) console.log(failure);
  console.log(failure === undefined ? `  passed in ${seconds} s` : `  FAILED after ${seconds} s`);
  results.push({ gate: name, seconds, result: failure === undefined ? 'passed' : 'FAILED' });
}

console.log(`\n${table(results)}`);
process.exitCode = results.some(({ result }) => result === 'FAILED') ? 1 : 0;

/** Resolves to what failed, as text. A fault of the gate itself fails it too, and shows where. */
async function runGate(gate) {
  try {
    const report = await gate();
    if (report) console.log(report);
    return undefined;
  } catch (error) {
    return error instanceof GateFailure ? error.message : error.stack;
  }
}
