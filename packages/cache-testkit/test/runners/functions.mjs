/** The `describe` and `it` of the runner that runs this: mocha's are globals. */
export const { describe, it } = 'describe' in globalThis ? globalThis : await import('node:test');
