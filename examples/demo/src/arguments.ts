import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DemoError } from './demo-error.js';

const SHIPPED_LAYOUT = fileURLToPath(new URL('../../layouts/glove80-meadow.json', import.meta.url));

export const USAGE = `Usage: pnpm demo [FILE] [--out DIR] [--cache-root DIR]

  FILE              a layout as the MoErgo editor exports it; default: a layout of this repository
  --out DIR         writes the keymap to DIR/<name of FILE>.keymap
  --cache-root DIR  keeps the cache in DIR; default: glovebox_cache in the system's folder for temporary files
  --help            shows this text
`;

export interface DemoArguments {
  readonly help: boolean;
  /** The file as it was given, or as seen from the user's folder. */
  readonly shownFile: string;
  readonly file: string;
  readonly out: string | undefined;
  readonly cacheRoot: string | undefined;
}

/** Reads the command line; paths are relative to `folder`. @throws DemoError */
export function readArguments(argv: readonly string[], folder: string): DemoArguments {
  // npm needs a -- before a script's arguments; pnpm hands it on.
  const { values, positionals } = parse(argv[0] === '--' ? argv.slice(1) : argv);
  if (positionals.length > 1) throw new DemoError(`expected one FILE, found ${positionals.length}\n\n${USAGE}`);
  const [file] = positionals;
  for (const [name, value] of [
    ['FILE', file],
    ['--out', values.out],
    ['--cache-root', values['cache-root']],
  ] as const) {
    if (value === '') throw new DemoError(`${name} is empty\n\n${USAGE}`);
  }
  const inFolder = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
  return {
    help: values.help === true,
    shownFile: file ?? relative(folder, SHIPPED_LAYOUT),
    file: inFolder(file) ?? SHIPPED_LAYOUT,
    out: inFolder(values.out),
    cacheRoot: inFolder(values['cache-root']),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, 'cache-root': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (cause) {
    throw new DemoError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
}
