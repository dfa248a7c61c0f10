import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { BatteryPlan, BatteryReport } from './battery.js';

const WORKER = fileURLToPath(new URL('./fixtures/battery-worker.ts', import.meta.url));

/** What is done to a process, or to the disk below it, while it runs. */
export interface RealFault {
  begin(pid: number): unknown;
  end(pid: number): unknown;
}

/**
 * Runs the battery in a process of its own, with a fault that the system makes.
 * @param uid the user it runs as
 * @throws if the process ends otherwise than by itself, as after an unhandled rejection
 */
export async function runInProcess(plan: BatteryPlan, fault: RealFault, uid?: number): Promise<BatteryReport> {
  const child = spawn(process.execPath, ['--no-warnings', WORKER, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error('the process did not start');
  let report: BatteryReport | undefined;
  child.on('message', async (message: 'begin' | 'end' | { report: BatteryReport }) => {
    if (typeof message === 'object') {
      report = message.report;
      return;
    }
    await fault[message](pid);
    child.send('done');
  });
  const [output, errors, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'exit')]);
  if (code !== 0 || report === undefined) throw new Error(`the process ended with ${code}:\n${output}${errors}`);
  return report;
}
