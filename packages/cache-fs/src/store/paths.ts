/** Where a store keeps its files: what the store's parts need of an opened root. */
export interface StorePaths {
  readonly path: string;
  readonly dataDir: string;
  readonly blobsDir: string;
  readonly metadataDir: string;
  readonly tmpDir: string;
}

const ENTRY_SUFFIX = '.json';
const METADATA_SUFFIX = '.meta.json';
const EXPIRY_SUFFIX = '.expiry';

export function entryPath(paths: StorePaths, id: string): string {
  return `${paths.dataDir}/${id}${ENTRY_SUFFIX}`;
}

export function metadataPath(paths: StorePaths, id: string): string {
  return `${paths.metadataDir}/${id}${METADATA_SUFFIX}`;
}

export function expiryPath(paths: StorePaths, id: string): string {
  return `${paths.metadataDir}/${id}${EXPIRY_SUFFIX}`;
}

export function gatePath(paths: StorePaths): string {
  return `${paths.path}/.removal_gate`;
}

/** The id that a file of `data/`, `metadata/`, `data/blobs/` or `tmp/` belongs to, which is how its name begins. */
export function idOfFile(name: string): string {
  const end = name.indexOf('.');
  return end < 0 ? name : name.slice(0, end);
}
