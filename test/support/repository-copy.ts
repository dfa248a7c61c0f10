import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './docs/pages.js';

const left = new Set(['.git', '.turbo', 'dist', 'node_modules', 'tsconfig.tsbuildinfo']);

/** A copy of the sources without history and without outputs, as one gets it in an archive, in a folder with a space. */
export class RepositoryCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'glovebox copy-'));

  constructor() {
    for (const name of readdirSync(repositoryRoot)) {
      if (!left.has(name)) this.#copy(name);
    }
    symlinkSync(join(repositoryRoot, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
  }

  /** Runs one of `scripts/`, and resolves when it ends. */
  run(script: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join('scripts', script), ...args], { cwd: this.folder, timeout: 60_000 });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8');
        stream.on('data', (text: string) => {
          output += text;
        });
      }
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output }));
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The packages' own node_modules come along: their links are relative, and so lead to the copies. */
  #copy(name: string): void {
    cpSync(join(repositoryRoot, name), join(this.folder, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !/[/\\](dist|\.turbo|tsconfig\.tsbuildinfo)$/.test(source),
    });
  }
}

/** Why builds can't be tried here, if they can't: turbo asks the package manager of the PATH. */
export function whyNoBuild(): string | undefined {
  const { status } = spawnSync('pnpm', ['--version'], { shell: process.platform === 'win32', stdio: 'ignore' });
  return status === 0 ? undefined : 'pnpm is not on PATH';
}
