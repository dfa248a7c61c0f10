import { createRequire } from 'node:module';

/** A module of Node's that not every process needs, loaded at once where it is needed. */
export const nodeModule: typeof process.getBuiltinModule =
  // Node has it from 20.16 and 22.3 on.
  process.getBuiltinModule ?? createRequire(import.meta.url);
