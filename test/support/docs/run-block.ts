import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Block } from './blocks.js';
import { repositoryRoot } from './pages.js';

/**
 * Runs a compiled block as a program of its own, in an empty home, with the `file`s of its page in its working
 * directory and the repository's `examples` beside them. Resolves to what went wrong, if anything: an exit code other
 * than 0, or not ending by itself in `timeoutMs`.
 */
export async function runBlock(
  script: string,
  files: readonly Block[],
  timeoutMs: number,
): Promise<string | undefined> {
  const home = mkdtempSync(join(tmpdir(), 'glovebox-block-'));
  try {
    const cwd = join(home, 'project');
    mkdirSync(cwd);
    symlinkSync(join(repositoryRoot, 'examples'), join(cwd, 'examples'), 'junction');
    for (const { file, text } of files) {
      if (file === undefined) continue;
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), `${text}\n`);
    }
    return await runScript(script, cwd, environment(home), timeoutMs);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  const own = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const temporary = own('tmp');
  const { PATH, Path, SystemRoot } = process.env;
  return {
    PATH: PATH ?? Path,
    SystemRoot,
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: own('config'),
    XDG_CACHE_HOME: own('cache'),
    XDG_DATA_HOME: own('data'),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
  };
}

function runScript(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', script], {
      cwd,
      env,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(`${signal === null ? `exit code ${code}` : `it did not end within ${timeoutMs} ms`}\n${output}`);
    });
  });
}
