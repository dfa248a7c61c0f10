import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Every page that a reader may copy code from, as paths from the root. */
export function documentationPages(): string[] {
  const readmes = ['packages', 'examples'].flatMap((folder) =>
    names(folder).map((name) => `${folder}/${name}/README.md`),
  );
  const docs = names('docs').map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', ...docs, ...readmes].filter(
    (page) => page.endsWith('.md') && existsSync(join(repositoryRoot, page)),
  );
}

export function readPage(page: string): string {
  return readFileSync(join(repositoryRoot, page), 'utf8');
}

function names(folder: string): string[] {
  const path = join(repositoryRoot, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
}
