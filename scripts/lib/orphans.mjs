import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isChunk } from './bundle.mjs';

/**
 * Makes the outputs of an earlier build safe to build upon, and returns the outputs that were removed.
 *
 * The compiler never deletes the output of a source file that is gone, so it would still be tested and published; and
 * it trusts its record of the last build, so a deleted `dist` would not be built again.
 */
export function removeOrphans(packageDir) {
  const dist = join(packageDir, 'dist');
  if (!existsSync(dist)) {
    rmSync(join(packageDir, 'tsconfig.tsbuildinfo'), { force: true });
    return [];
  }
  const orphans = readdirSync(dist, { recursive: true })
    .filter((file) => !isChunk(file) && /\.(d\.ts|js)(\.map)?$/.test(file))
    .filter((file) => !existsSync(join(packageDir, 'src', file.replace(/\.(d\.ts|js)(\.map)?$/, '.ts'))))
    .map((file) => join(dist, file));
  for (const file of orphans) rmSync(file);
  return orphans;
}
