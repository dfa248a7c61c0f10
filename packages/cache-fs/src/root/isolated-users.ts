import { dirname } from 'node:path';
import { claimIsolatedFolder } from './isolated-folder.js';

/** Kept where a second copy of this package in the process finds it too. A worker thread has a registry of its own. */
const REGISTRY = Symbol.for('@glovebox/cache-fs/isolated-folders');

/** What this thread holds in a directory: its folder there, and how many open caches use it. */
interface Claim {
  readonly folder: string;
  users: number;
}

/**
 * The isolated folder of this thread in `parentPath`, which is made for its first user. Caches that ask for the same one
 * share it, so that the one that closes first does not take the others' files away.
 * @param parentPath a real path: two spellings of one directory must not get two claims
 * @throws the system's error
 */
export function enterIsolatedFolder(parentPath: string): string {
  const registry = claims();
  let claim = registry.get(parentPath);
  if (claim === undefined) {
    claim = { folder: claimIsolatedFolder(parentPath), users: 0 };
    registry.set(parentPath, claim);
  }
  claim.users++;
  return claim.folder;
}

/** @param folder as {@link enterIsolatedFolder} gave it
 * @returns whether nobody uses the folder any more: the caller then removes it */
export function leaveIsolatedFolder(folder: string): boolean {
  const registry = claims();
  const parentPath = dirname(folder);
  const claim = registry.get(parentPath);
  if (claim === undefined) return false;
  claim.users--;
  if (claim.users > 0) return false;
  registry.delete(parentPath);
  return true;
}

function claims(): Map<string, Claim> {
  const holder: typeof globalThis & { [REGISTRY]?: Map<string, Claim> } = globalThis;
  holder[REGISTRY] ??= new Map<string, Claim>();
  return holder[REGISTRY];
}
