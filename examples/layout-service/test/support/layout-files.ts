import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shipped = fileURLToPath(new URL('../../../layouts/', import.meta.url));
const real = fileURLToPath(new URL('../../../../../shared/data/layouts/', import.meta.url));

export interface LayoutFile {
  readonly name: string;
  readonly path: string;
}

const layoutsIn = (folder: string): LayoutFile[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name: basename(file, '.json'), path: join(folder, file) }));

/** The layouts of this repository. */
export const shippedLayouts = layoutsIn(shipped);

/** Why the layouts of real users can't be tested with, or `undefined`. They are not part of the repository. */
export const noRealLayouts = existsSync(real) ? undefined : 'the real layouts (../shared/data/layouts) are not here';

export const realLayouts = noRealLayouts === undefined ? layoutsIn(real) : [];

/** A folder for one test, and a way to write files to it. */
export function temporaryFolder(): { path: string; write(name: string, content: unknown): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'layout-service-'));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(
        file,
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      );
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
