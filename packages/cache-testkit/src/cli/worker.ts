// The process that runs the checks: started by `supervise.ts`, which survives whatever the backend does to this one.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isCacheError } from '@glovebox/cache-core';
import { benchmarkBackend } from '../benchmark/benchmark-backend.js';
import { timeoutSecondsOf } from '../run-check.js';
import { runChecks } from '../run-conformance.js';
import { resolveSettings } from '../run-settings.js';
import { StrayErrors } from '../stray-errors.js';
import { loadTarget } from './load-target.js';
import type { BenchmarkSettings, RunMessage, RunRequest } from './messages.js';
import { UsageError } from './usage-error.js';

const HEARTBEAT_MS = 1_000;

function tell(message: RunMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

/** Nobody is left to end this process's children and to remove what lies in its own temporary directory. */
function endAll(): void {
  rmSync(tmpdir(), { recursive: true, force: true, maxRetries: 3 });
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

async function measure(specifier: string, { baseline, ...settings }: BenchmarkSettings): Promise<RunMessage> {
  const target = await loadTarget(specifier, process.cwd());
  const other = baseline === undefined ? undefined : await loadTarget(baseline, process.cwd());
  await tell({ type: 'planned', seed: 0, target: target.name, timeoutSeconds: timeoutSecondsOf(target) });
  const benchmark = await benchmarkBackend(target, {
    ...settings,
    ...(other === undefined ? {} : { baseline: other }),
    onProgress: (progress) => tell({ type: 'measuring', progress }),
  });
  return { type: 'measured', text: benchmark.toString(), json: JSON.stringify(benchmark, null, 2) };
}

/** What it rejects with for the request itself becomes a refusal. */
async function answer(request: RunRequest): Promise<RunMessage> {
  try {
    return await (request.benchmark === undefined ? run(request) : measure(request.specifier, request.benchmark));
  } catch (error) {
    if (error instanceof UsageError || isCacheError(error, 'CACHE_INVALID_CONFIG')) {
      return { type: 'refused', text: error.message };
    }
    throw error;
  }
}

async function run({ specifier, selection, settings: asked }: RunRequest): Promise<RunMessage> {
  const strays = new StrayErrors();
  try {
    const target = await loadTarget(specifier, process.cwd());
    const settings = resolveSettings(asked);
    await tell({ type: 'planned', seed: settings.seed, target: target.name, timeoutSeconds: timeoutSecondsOf(target) });
    await runChecks(
      target,
      {
        ...selection,
        ...asked,
        seed: settings.seed,
        onStart: (check) => tell({ type: 'started', check }),
        onProgress: (result) => tell({ type: 'finished', result }),
      },
      strays,
    );
    return { type: 'done' };
  } finally {
    strays.stop();
  }
}

const request: RunRequest = JSON.parse(process.argv[2] ?? '');
process.on('disconnect', endAll);
setInterval(() => tell({ type: 'alive' }), HEARTBEAT_MS).unref();
await tell(await answer(request));
// Whatever the backend left open must not hold up the report; `lifecycle/process-may-end` is about that.
process.exit();
