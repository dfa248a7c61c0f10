import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './usage-error.js';

/**
 * Makes the folder of a file that is going to be written, so that a long run can't end in vain.
 * @throws UsageError if the file can't be written
 */
export function prepareFile(file: string): void {
  const path = resolve(file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new Error('it is a directory');
    accessSync(found === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out ${path} can't be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Resolves to exit code 0 when all is written; a reader that has left, such as `head`, is no fault. */
export function print(text: string): Promise<number> {
  return new Promise((fulfil, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' ? fulfil(0) : reject(error),
    );
    process.stdout.write(text, () => fulfil(0));
  });
}
