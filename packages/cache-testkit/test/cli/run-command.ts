import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/glovebox-cache-testkit.js', import.meta.url));

/** Where the modules stand that the commands of the tests name. */
export const MODULES = fileURLToPath(new URL('modules', import.meta.url));

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called once the command runs. */
  readonly meanwhile?: (pid: number) => Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as its user does, in a process of its own, to its end. */
export async function runCommand(
  args: readonly string[],
  { env = {}, cwd = MODULES, meanwhile }: CommandOptions = {},
): Promise<Ended> {
  const { NODE_OPTIONS: _options, FORCE_COLOR: _color, ...inherited } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...inherited, ...env }, stdio: 'pipe' });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const closed = once(child, 'close');
  if (meanwhile !== undefined && child.pid !== undefined) await meanwhile(child.pid);
  const [code, signal] = await closed;
  return { code, signal, ...texts };
}
