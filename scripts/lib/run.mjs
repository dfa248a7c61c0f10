import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { readJson, root } from './workspace.mjs';

/** Thrown by a gate for a finding; its message is all that a reader needs. */
export class GateFailure extends Error {}

/**
 * Runs a program to its end and resolves to `{ code, output }`, whatever the code; stdout and stderr are joined.
 * Rejects only if the program could not be started.
 */
export function run(command, args, { cwd = root, env = process.env, timeoutMs = 600_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output });
    });
  });
}

/** Like {@link run}, but a code other than 0 is a {@link GateFailure} that shows the output. */
export async function mustRun(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) {
    throw new GateFailure(`${[basename(command), ...args].join(' ')}: exit code ${code}\n${output.trimEnd()}`);
  }
  return output;
}

/**
 * The command line of a development tool. It is the tool's JavaScript file, run by this Node: the shims in
 * `node_modules/.bin` need a shell on Windows, and a shell would need quoting.
 */
export function tool(packageName, binName = packageName) {
  const dir = join(root, 'node_modules', packageName);
  return join(dir, readJson(join(dir, 'package.json')).bin[binName]);
}

export function runTool(packageName, binName, args, options) {
  return mustRun(process.execPath, [tool(packageName, binName), ...args], options);
}

/** Runs the pnpm that started this script, or the one on PATH. */
export function runPnpm(args, options) {
  const execPath = process.env.npm_execpath ?? '';
  if (!basename(execPath).startsWith('pnpm')) return mustRun('pnpm', args, options);
  return /\.[cm]?js$/.test(execPath)
    ? mustRun(process.execPath, [execPath, ...args], options)
    : mustRun(execPath, args, options);
}
