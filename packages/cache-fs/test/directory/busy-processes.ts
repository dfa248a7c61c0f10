import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { BusyPlan, BusyReport } from './fixtures/busy.js';

const BUSY = fileURLToPath(new URL('./fixtures/busy.ts', import.meta.url));

/** Processes that work on a store while something is done to its directory. */
export class BusyProcesses {
  readonly #children: readonly ChildProcess[];

  static async start(plans: readonly BusyPlan[]): Promise<BusyProcesses> {
    const children = plans.map((plan) => {
      const args = ['--no-warnings', BUSY, JSON.stringify(plan)];
      return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    });
    onTestFinished(async () => {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    });
    await Promise.all(children.map((child) => once(child, 'message')));
    return new BusyProcesses(children);
  }

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  /** @throws if one has ended by itself: by an unhandled rejection, for one */
  async stop(): Promise<BusyReport[]> {
    return Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) throw new Error(`a process ended with ${child.exitCode}`);
        const exit = once(child, 'exit');
        const reported: Promise<BusyReport[]> = once(child, 'message');
        child.send('stop');
        const [report] = await Promise.race([
          reported,
          exit.then(([code]) => {
            throw new Error(`a process ended with ${code}`);
          }),
        ]);
        await exit;
        if (report === undefined) throw new Error('a process said nothing');
        return report;
      }),
    );
  }
}
