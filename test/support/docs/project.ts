import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Block, place } from './blocks.js';
import { repositoryRoot } from './pages.js';
import { manifestsIn } from './workspace.js';

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'NodeNext',
  moduleDetection: 'force',
  rewriteRelativeImportExtensions: true,
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  sourceMap: true,
  rootDir: 'src',
  outDir: 'out',
};

/**
 * The TypeScript blocks of some pages as one project outside the repository, compiled at once. Its imports find the
 * packages of the workspace, as an application finds what it has installed.
 */
export class DocsProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'glovebox-docs-'));
  readonly #diagnostics = new Map<string, string[]>();

  /** Writes and compiles the blocks. What is wrong with one is told by {@link problems}. */
  async compile(blocks: readonly Block[]): Promise<void> {
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    linkPackages(join(this.folder, 'node_modules'));
    blocks.forEach((block, index) => {
      const path = join(this.folder, 'src', modulePath(block));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, sourceOf(blocks, index));
    });
    if (blocks.length > 0) this.#readDiagnostics(await runCompiler(this.folder));
  }

  /** What the compiler says of a block, a message each, with lines as in the page. */
  problems(block: Block): readonly string[] {
    return this.#diagnostics.get(modulePath(block)) ?? [];
  }

  /** The compiled block. */
  scriptOf(block: Block): string {
    return join(this.folder, 'out', modulePath(block).replace(/\.ts$/, '.js'));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #readDiagnostics(output: string): void {
    for (const message of output.split(/\n(?=\S)/)) {
      const [, path, rest] = /^src[/\\](.+?\.ts)(\(.*)$/s.exec(message.trimEnd()) ?? [];
      if (path === undefined || rest === undefined) {
        if (message.trim() !== '') throw new Error(`The compiler failed on the documentation's blocks:\n${output}`);
        continue;
      }
      const key = path.replaceAll('\\', '/');
      this.#diagnostics.set(key, [...(this.#diagnostics.get(key) ?? []), `line ${rest.slice(1)}`]);
    }
  }
}

function modulePath(block: Block): string {
  return `${block.page.replaceAll(/[/.]/g, '-')}/${block.file ?? `line-${block.line}.ts`}`;
}

/** The block's text on the lines it has in its page, below that of the blocks which it continues. */
function sourceOf(blocks: readonly Block[], index: number): string {
  const block = blocks[index];
  if (block === undefined) return '';
  const before = block.continues ? sourceOf(blocks, index - 1) : '';
  if (block.continues && blocks[index - 1]?.page !== block.page) {
    throw new Error(`${place(block)}: there is no block before it to continue`);
  }
  const linesBefore = before.split('\n').length;
  return `${before}${'\n'.repeat(block.line - linesBefore)}${block.text}`;
}

/** Links every package of the workspace, what each depends on, and what examples of tests and of others' libraries import. */
function linkPackages(modules: string): void {
  const link = (name: string, target: string): void => {
    const path = join(modules, name);
    if (existsSync(path) || !existsSync(target)) return;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path, 'junction');
  };
  for (const { folder, manifest } of [...manifestsIn('packages'), ...manifestsIn('examples')]) {
    link(manifest.name, folder);
    for (const name of [...manifest.dependencies, ...manifest.devDependencies]) {
      if (!name.startsWith('@glovebox/')) link(name, join(folder, 'node_modules', name));
    }
  }
  for (const name of ['vitest', '@types/node']) link(name, join(repositoryRoot, 'node_modules', name));
  // What a reader of the page about them has installed already.
  const interop = join(repositoryRoot, 'packages', 'cache-interop', 'node_modules');
  link('keyv', join(interop, 'keyv-6'));
  link('unstorage', join(interop, 'unstorage'));
}

/** Resolves to the diagnostics, whatever the compiler's exit code. */
function runCompiler(folder: string): Promise<string> {
  const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder }, (error, stdout, stderr) => {
      if (error !== null && stdout === '') reject(new Error(`${basename(tsc)}: ${error.message}\n${stderr}`));
      else resolve(stdout);
    });
  });
}
