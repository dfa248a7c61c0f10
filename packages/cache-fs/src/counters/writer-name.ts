import { randomBytes } from 'node:crypto';

const NAME = /^\d{1,10}-[0-9a-f]{16}$/;

/** A name never used before: a file of a name that was folded once is never counted again. */
export function newWriterName(): string {
  return `${process.pid}-${randomBytes(8).toString('hex')}`;
}

/** Whether a file in `stats/` is a writer's; others are left alone. */
export function isWriterName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}
