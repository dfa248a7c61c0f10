import { parseArgs } from 'node:util';
import { nearestName } from '@glovebox/cache-core';
import { CHECK_GROUPS, type CheckGroup } from '../check.js';
import { CONFIGURATIONS, type ConfigurationName } from '../configurations.js';
import type { RunSettings } from '../run-settings.js';
import type { BenchmarkSettings } from './messages.js';
import { UsageError } from './usage-error.js';

const FULL_MODEL_RUNS = 500;

export type ReportFormat = 'text' | 'json' | 'junit';

/** The command line, checked. */
export interface Arguments {
  readonly task: 'help' | 'version' | 'list' | 'run' | 'bench';
  /** Empty unless the task is to run or to measure. */
  readonly specifier: string;
  readonly format: ReportFormat;
  readonly out: string | undefined;
  readonly patterns: readonly string[];
  readonly groups: readonly CheckGroup[];
  readonly configurations: readonly ConfigurationName[];
  readonly settings: RunSettings;
  readonly benchmark: BenchmarkSettings;
  readonly isColorful: boolean | undefined;
}

const OPTIONS = {
  json: { type: 'boolean' },
  junit: { type: 'boolean' },
  out: { type: 'string' },
  only: { type: 'string', multiple: true },
  group: { type: 'string', multiple: true },
  configuration: { type: 'string', multiple: true },
  seed: { type: 'string' },
  runs: { type: 'string' },
  path: { type: 'string' },
  full: { type: 'boolean' },
  list: { type: 'boolean' },
  baseline: { type: 'string' },
  seconds: { type: 'string' },
  rounds: { type: 'string' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

export const HELP = `Usage: glovebox-cache-testkit <module> [options]
       glovebox-cache-testkit bench <module> [--baseline MODULE] [--seconds N] [--rounds N]

Runs the conformance suite on a cache backend and prints what it found; \`bench\` measures what operations cost.

<module> is a path or a package, found from the current directory. Its default export, or its export named
\`target\`, is a ConformanceTarget: { name, create(config, { clock, directory }) }.

  --only PATTERN        only checks whose id is PATTERN or contains it; * stands for anything; may be repeated
  --group GROUP         only checks of the group; may be repeated
                        (${CHECK_GROUPS.slice(0, 8).join(', ')},
                        ${CHECK_GROUPS.slice(8, 16).join(', ')},
                        ${CHECK_GROUPS.slice(16).join(', ')})
  --configuration NAME  only in this configuration: ${CONFIGURATIONS.join(' or ')}
  --seed N              order of the checks and all that is random; a failing report names its seed (default: 1)
  --runs N              sequences of operations that each check of the group model tries (default: 30)
  --full                ${FULL_MODEL_RUNS} of them, and processes that do a hundred times as much: minutes
  --path PATH           plays the one sequence again that a failure of the group model names
  --json, --junit       the report as JSON, or as JUnit's XML, instead of text
  --out FILE            writes the report to FILE, and prints it as text
  --list                prints the checks and what each promises, and runs none; needs no <module>
  --baseline MODULE     bench: the target to compare with (default: the memory cache if your project has it)
  --seconds N           bench: about how long the whole takes (default: 10)
  --rounds N            bench: at most so many rounds of each operation, at least 3 (default: 25)
  --no-color            prints without colors, as NO_COLOR=1 does; --color prints with them
  -h, --help            prints this
  -v, --version         prints the version

The report goes to stdout; progress, and whatever the backend prints, to stderr.
Exit code: 0 if every promise is kept, 1 if one is broken, 2 if nothing could be run.
`;

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args);
  const isBench = positionals[0] === 'bench';
  const task = values.help ? 'help' : values.version ? 'version' : values.list ? 'list' : isBench ? 'bench' : 'run';
  if (values.json && values.junit) throw new UsageError('--json and --junit exclude each other');
  const modules = isBench ? positionals.slice(1) : positionals;
  const [specifier = '', ...more] = modules;
  if (more.length > 0)
    throw new UsageError(`one module at a time: there are ${modules.length} (${modules.join(', ')})`);
  if (specifier === '' && (task === 'run' || isBench)) {
    throw new UsageError('no module: name the file or the package that exports your target; --help tells more');
  }
  return {
    task,
    specifier,
    format: values.json ? 'json' : values.junit ? 'junit' : 'text',
    out: filled('--out', values.out),
    patterns: values.only ?? [],
    groups: (values.group ?? []).map((name) => known('group', name, CHECK_GROUPS)),
    configurations: (values.configuration ?? []).map((name) => known('configuration', name, CONFIGURATIONS)),
    settings: settingsOf(values),
    benchmark: benchmarkSettingsOf(values, isBench),
    isColorful: values['no-color'] ? false : values.color,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const [, option] = /^Unknown option '--?([^']*)'/.exec(problem) ?? [];
    if (option === undefined) throw new UsageError(problem.replaceAll('\n', ' '));
    const nearest = nearestName(option, Object.keys(OPTIONS));
    throw new UsageError(
      `there is no option --${option}; ${nearest === undefined ? '--help lists them' : `did you mean --${nearest}?`}`,
    );
  }
}

function known<T extends string>(what: string, name: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === name);
  if (found !== undefined) return found;
  const nearest = nearestName(name, allowed);
  const advice = nearest === undefined ? `${what}s: ${allowed.join(', ')}` : `did you mean '${nearest}'?`;
  throw new UsageError(`there is no ${what} named '${name}'; ${advice}`);
}

function filled(option: string, value: string | undefined): string | undefined {
  if (value === '') throw new UsageError(`${option} is empty`);
  return value;
}

/** What is not asked for keeps the suite's own default. */
function settingsOf({ seed, runs, path, full }: ReturnType<typeof parsed>['values']): RunSettings {
  const modelRuns = runs === undefined ? (full ? FULL_MODEL_RUNS : undefined) : wholeNumber('--runs', runs, 1);
  return {
    ...(seed === undefined ? {} : { seed: wholeNumber('--seed', seed, 0) }),
    ...(modelRuns === undefined ? {} : { modelRuns }),
    ...(path === undefined ? {} : { path }),
    ...(full ? { scale: 'full' } : {}),
  };
}

const RUN_OPTIONS = ['only', 'group', 'configuration', 'seed', 'runs', 'path', 'full', 'junit'] as const;
const BENCH_OPTIONS = ['baseline', 'seconds', 'rounds'] as const;

function benchmarkSettingsOf(values: ReturnType<typeof parsed>['values'], isBench: boolean): BenchmarkSettings {
  const strange = (isBench ? RUN_OPTIONS : BENCH_OPTIONS).find((name) => values[name] !== undefined);
  if (strange !== undefined) {
    throw new UsageError(`--${strange} is ${isBench ? 'not' : 'only'} for 'glovebox-cache-testkit bench <module>'`);
  }
  const { baseline, seconds, rounds } = values;
  return {
    ...(baseline === undefined ? {} : { baseline: filled('--baseline', baseline) }),
    ...(seconds === undefined ? {} : { seconds: wholeNumber('--seconds', seconds, 1) }),
    ...(rounds === undefined ? {} : { rounds: wholeNumber('--rounds', rounds, 3) }),
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} is '${text}'; it must be a whole number from ${least} to ${Number.MAX_SAFE_INTEGER}`);
}
