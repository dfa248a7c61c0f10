import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from './blocks.js';
import { repositoryRoot } from './pages.js';

/** What a shell block may refer to. */
export interface ShellContext {
  /** Scripts of the root's package.json. */
  readonly scripts: readonly string[];
  /** Names of the packages that are published. */
  readonly packages: readonly string[];
  /** Files that the page's blocks declare. */
  readonly files: readonly string[];
}

/** Programs whose arguments are the reader's own: paths of a cache, an address, a folder. */
const freePrograms = new Set(['cd', 'cat', 'git', 'jq', 'ls', 'mkdir', 'rm', 'export', 'watch']);
const pnpmCommands = new Set(['install', 'add', 'exec', 'run', 'changeset', 'publish']);
const repositoryFolders = /^(packages|examples|docs|benchmarks|scripts|test)\//;

/**
 * What is wrong with the commands of a shell block. They are not run, since most would install, publish or wait; but a
 * script, a package or a path that does not exist is found. An unknown form of command is a finding too.
 */
export function checkShell(block: Block, context: ShellContext): string[] {
  const lines = block.text.replaceAll(/\\\n/g, ' ').split('\n');
  const commands = lines.filter((line) => !/^\s*(#|$)/.test(line)).flatMap((line) => line.split(/&&|\|\||[|;]/));
  return commands.flatMap((command) => {
    const words = (command.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) => word.replaceAll(/^["']|["']$/g, ''));
    const comment = words.indexOf('#');
    return checkCommand(comment === -1 ? words : words.slice(0, comment), context);
  });
}

function checkCommand(words: readonly string[], context: ShellContext): string[] {
  const [program = '', ...args] = words.filter((word, index) => index > 0 || !/^[A-Z_]+=/.test(word));
  if (/^[A-Z_]+=/.test(words[0] ?? '')) return checkCommand(words.slice(1), context);
  if (program === 'npx' && args[0] === '-y' && args[1] === 'pnpm@12') return checkPnpm(args.slice(2), context);
  if (program === 'pnpm') return checkPnpm(args, context);
  if (program === 'npx' && args[0] === 'glovebox-cache-testkit') return checkTestkit(args.slice(1), context);
  if (program === 'npm' && ['install', 'i'].includes(args[0] ?? '')) return checkNames(args.slice(1), context);
  if (program === 'node') return checkPaths([args.find((word) => !word.startsWith('-')) ?? ''], context, true);
  if (freePrograms.has(program)) return checkPaths(args, context, false);
  return [`\`${words.join(' ')}\` is no known form of command: correct it, or add the form to shell.ts`];
}

function checkPnpm(args: readonly string[], context: ShellContext): string[] {
  const [command = '', ...rest] = args.filter((word) => word !== 'run');
  if (command === 'add') return checkNames(rest, context);
  if (!context.scripts.includes(command) && !pnpmCommands.has(command)) {
    return [`package.json has no script "${command}"`];
  }
  return checkPaths(rest, context, false);
}

/** Its module is a file of the page; `--list` needs none. */
function checkTestkit(args: readonly string[], context: ShellContext): string[] {
  const [module = ''] = args[0] === 'bench' ? args.slice(1) : args;
  return module === '--list' ? [] : checkPaths([module.replace(/^\.\//, '')], context, true);
}

function checkNames(words: readonly string[], context: ShellContext): string[] {
  const names = words.filter((word) => !word.startsWith('-'));
  return names.filter((name) => !context.packages.includes(name)).map((name) => `"${name}" is none of the packages`);
}

function checkPaths(words: readonly string[], context: ShellContext, every: boolean): string[] {
  return words
    .filter((word) => every || repositoryFolders.test(word))
    .filter((word) => !context.files.includes(word) && !existsSync(join(repositoryRoot, word)))
    .map((word) => `there is no file "${word}"`);
}
