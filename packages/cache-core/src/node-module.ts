import { createRequire } from 'node:module';

/**
 * A module of Node's, at once and without what an `import` of it costs: that asks every getter of the module for its
 * value, and so loads much of what Node itself leaves for later, 2 ms for `node:util`. For modules that a process may
 * never need, too: `node:crypto` takes 3 ms.
 */
export const nodeModule: typeof process.getBuiltinModule =
  // Node has it from 20.16 and 22.3 on.
  process.getBuiltinModule ?? createRequire(import.meta.url);
