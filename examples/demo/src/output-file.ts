import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DemoError } from './demo-error.js';

export interface OutputFile {
  readonly path: string;
  /** Puts the text in place of what was there, whole or not at all. @throws DemoError */
  write(text: string): Promise<void>;
  /** Leaves what was there. */
  discard(): Promise<void>;
}

/**
 * Makes the folder and a file in it that is to become `<name of the layout>.keymap`: what prevents the writing shows
 * before any work is done. @throws DemoError
 */
export async function openOutputFile(folder: string, layoutFile: string): Promise<OutputFile> {
  const path = join(folder, keymapName(layoutFile));
  const staging = join(folder, `.${randomUUID()}.tmp`);
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      await rm(staging, { force: true }).catch(() => undefined);
      throw new DemoError(`--out ${folder}: can't write ${path}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  };
  await attempt(async () => {
    await mkdir(folder, { recursive: true });
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) throw new Error('a directory is in its place');
    await writeFile(staging, '', { flag: 'wx' });
  });
  return {
    path,
    write: (text) =>
      attempt(async () => {
        await writeFile(staging, text);
        await rename(staging, path);
      }),
    discard: () => rm(staging, { force: true }),
  };
}

/** `<name>.keymap`, without the characters that some file system does not take. */
export function keymapName(layoutFile: string): string {
  const name = basename(layoutFile).replace(/\.json$/i, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const safe = name.replace(/[\u0000-\u001f<>:"/\\|?*]/g, '_').replace(/^\.+/, '');
  return `${safe || 'layout'}.keymap`;
}
