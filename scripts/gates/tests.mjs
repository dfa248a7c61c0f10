import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { GateFailure, tool } from '../lib/run.mjs';
import { root } from '../lib/workspace.mjs';

/** All unit, conformance and documentation tests, with their progress as it comes. */
export async function tests() {
  const child = spawn(process.execPath, [tool('vitest'), 'run'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new GateFailure(`vitest: ${signal ? `ended by ${signal}` : `exit code ${code}`}`);
}
