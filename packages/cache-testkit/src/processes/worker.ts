// A process of the driver: loads a target and a routine when told to, runs the routine, and waits for the next.
import { type CacheManager, type Clock, systemClock } from '@glovebox/cache-core';
import type { CacheConfig, ConformanceTarget } from '../target.js';
import { MessageQueue } from './message-queue.js';
import type { MessageFromWorker, MessageToWorker, Routine, WorkerTask } from './protocol.js';

interface Run {
  readonly task: WorkerTask;
  readonly stop: AbortController;
  readonly received: MessageQueue;
  begin(): void;
}

let current: Run | undefined;

process.on('message', (message: MessageToWorker) => {
  if (message.kind === 'load') void runTask(message.task);
  else if (message.kind === 'go') current?.begin();
  else if (message.kind === 'tell') current?.received.push(message.body);
  else stop();
});
// The driver's process is gone: nobody else would end this one.
process.on('disconnect', () => process.exit());

function stop(): void {
  current?.stop.abort();
  current?.received.end();
}

async function runTask(task: WorkerTask): Promise<void> {
  const opened = new Set<CacheManager>();
  try {
    const [target, routine] = await Promise.all([loadTarget(task.target), loadRoutine(task)]);
    const begun = new Promise<void>((begin) => {
      current = { task, stop: new AbortController(), received: new MessageQueue(), begin };
    });
    send({ kind: 'loaded' });
    await begun;
    const result = await routine(contextOf(task, target, opened));
    for (const cache of opened) await cache.close();
    send({ kind: 'done', result });
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    send({ kind: 'failed', message, stack });
  } finally {
    current = undefined;
  }
}

function contextOf(task: WorkerTask, target: ConformanceTarget, opened: Set<CacheManager>) {
  if (current === undefined) throw new Error('a routine was begun without a task');
  const { stop: stopping, received } = current;
  return {
    args: task.args,
    number: task.number,
    notesDirectory: task.notesDirectory,
    signal: stopping.signal,
    async open(config: CacheConfig = {}, clock: Clock = systemClock): Promise<CacheManager> {
      const cache = await target.create({ ...task.config, ...config }, { clock, directory: task.directory });
      opened.add(cache);
      return cache;
    },
    report: (body: unknown) => send({ kind: 'report', body }),
    received: () => received,
  };
}

async function loadTarget(url: string): Promise<ConformanceTarget> {
  const exported: { default?: ConformanceTarget; target?: ConformanceTarget } = await import(url);
  const found = exported.default ?? exported.target;
  if (typeof found?.create !== 'function') {
    throw new TypeError(`the default export of target.module, ${url}, is no target: it has no method create()`);
  }
  return found;
}

async function loadRoutine({ routine }: WorkerTask): Promise<Routine<unknown, unknown>> {
  const found: unknown = Reflect.get(await import(routine.module), routine.name);
  if (typeof found !== 'function') throw new TypeError(`${routine.module} exports no function '${routine.name}'`);
  return found as Routine<unknown, unknown>;
}

function send(message: MessageFromWorker): void {
  process.send?.(message);
}
