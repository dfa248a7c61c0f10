import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunMessage, RunRequest } from './messages.js';

/** How the process that ran the checks came to its end. */
export type Ending =
  | { readonly type: 'done' }
  | { readonly type: 'interrupted'; readonly signal: NodeJS.Signals }
  /** Its event loop stood still. */
  | { readonly type: 'stuck'; readonly seconds: number }
  | { readonly type: 'died'; readonly how: string };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LEAST_STUCK_SECONDS = 10;

/**
 * Runs the checks in a process of their own. A backend that blocks its event loop, prints to stdout or ends its process
 * spoils neither the report nor Ctrl-C, and all that the process leaves behind, children and temporary files, goes with it.
 */
export async function supervise(request: RunRequest, onMessage: (message: RunMessage) => void): Promise<Ending> {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'glovebox-testkit-run-'));
  const child = start(request, directory);
  let ending: Ending | undefined;
  const end = (how: Ending) => {
    ending ??= how;
    killAll(child);
  };

  const onSignal = (signal: NodeJS.Signals) => end({ type: 'interrupted', signal });
  for (const signal of SIGNALS) process.on(signal, onSignal);

  let heardAt = performance.now();
  let stuckSeconds = LEAST_STUCK_SECONDS;
  const watch = setInterval(() => {
    if (performance.now() - heardAt > stuckSeconds * 1_000) end({ type: 'stuck', seconds: stuckSeconds });
  }, 1_000);
  child.on('message', (message: RunMessage) => {
    heardAt = performance.now();
    if (message.type === 'planned') stuckSeconds = Math.max(LEAST_STUCK_SECONDS, 3 * message.timeoutSeconds);
    if (message.type === 'done' || message.type === 'measured' || message.type === 'refused')
      ending ??= { type: 'done' };
    onMessage(message);
  });

  try {
    // The last messages may come after the exit.
    const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    return (
      ending ?? { type: 'died', how: signal === null ? `it exited with code ${code}` : `it was ended by ${signal}` }
    );
  } finally {
    clearInterval(watch);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    killAll(child);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function start(request: RunRequest, directory: string): ChildProcess {
  return fork(fileURLToPath(new URL('./worker.js', import.meta.url)), [JSON.stringify(request)], {
    // stdout is the report's.
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, TMPDIR: directory, TEMP: directory, TMP: directory },
    // A process group of its own, so that its children can be ended with it.
    detached: process.platform !== 'win32',
  });
}

function killAll({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // They have all ended.
  }
}
