import { Child } from './child.js';

/** Starting a process costs more than most of what checks let it do: it waits so long for the next task. */
const IDLE_MS = 5_000;

const idle: Child[] = [];
let timer: NodeJS.Timeout | undefined;

/** A process without a task: one that is there, or a new one. */
export function hireChild(): Child {
  for (;;) {
    const child = idle.pop();
    if (child === undefined) return new Child();
    if (child.isAlive) return child;
  }
}

/** Keeps a process that ended its task in order for the next one. Nothing waits for it. */
export function keepChild(child: Child): void {
  child.release();
  idle.push(child);
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const unused of idle.splice(0)) unused.killNow();
  }, IDLE_MS);
  timer.unref();
}
