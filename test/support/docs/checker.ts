import { parseAllDocuments } from 'yaml';
import { type Block, place } from './blocks.js';
import { DocsProject } from './project.js';
import { runBlock } from './run-block.js';
import { checkShell, type ShellContext } from './shell.js';

/** Languages that are shown and not checked. Others must be known here, so that no block escapes by a misspelt name. */
const shownOnly = new Set(['text', 'dts']);

export interface CheckerOptions {
  readonly shell: Omit<ShellContext, 'files'>;
  /** How long a block may run. */
  readonly timeoutMs: number;
}

/** Decides whether the code blocks of some pages are what their reader will take them for. */
export class DocsChecker {
  readonly #project = new DocsProject();
  readonly #blocks: readonly Block[];
  readonly #options: CheckerOptions;

  constructor(blocks: readonly Block[], options: CheckerOptions) {
    this.#blocks = blocks;
    this.#options = options;
  }

  /** Compiles the TypeScript blocks: to be awaited before the first {@link check}. */
  async prepare(): Promise<void> {
    await this.#project.compile(this.#blocks.filter(({ language }) => language === 'ts'));
  }

  dispose(): void {
    this.#project.dispose();
  }

  /** What is wrong with the block, with its place; empty if it is right. */
  async check(block: Block): Promise<string[]> {
    const findings = await this.#findings(block);
    return findings.map((finding) => `${place(block)}: ${finding}`);
  }

  #findings(block: Block): Promise<readonly string[]> | readonly string[] {
    switch (block.language) {
      case 'ts':
        return this.#checkTypeScript(block);
      case 'sh':
        return checkShell(block, { ...this.#options.shell, files: this.#filesOf(block).map(({ file }) => file ?? '') });
      case 'json':
        return parseFailure(() => JSON.parse(block.text));
      case 'yaml':
        return parseAllDocuments(block.text).flatMap(({ errors }) => errors.map(({ message }) => message));
      default:
        if (shownOnly.has(block.language)) return [];
        return [`"${block.language}" is no known language: use ts, sh, json, yaml, or ${[...shownOnly].join(', ')}`];
    }
  }

  async #checkTypeScript(block: Block): Promise<readonly string[]> {
    const problems = this.#project.problems(block);
    if (problems.length > 0 || block.noRun) return problems;
    const script = this.#project.scriptOf(block);
    const failure = await runBlock(script, this.#filesOf(block), this.#options.timeoutMs);
    return failure === undefined ? [] : [failure];
  }

  /** Blocks of the same page that a reader has saved as files. */
  #filesOf(block: Block): Block[] {
    return this.#blocks.filter(({ page, file }) => page === block.page && file !== undefined);
  }
}

function parseFailure(parse: () => unknown): string[] {
  try {
    parse();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
