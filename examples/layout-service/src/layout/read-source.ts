import { readFile, stat } from 'node:fs/promises';
import { locateJsonFault } from './json-fault.js';
import { LayoutError } from './layout-error.js';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 64;

/** Looks whether a path can hold a layout, without reading it. @throws LayoutError `LAYOUT_UNREADABLE` */
export async function checkLayoutFile(path: string): Promise<void> {
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, readFault(cause));
  });
  if (info.isDirectory()) throw unreadable(path, 'is a directory; expected a layout file');
  // A pipe or a device could block for ever or never end.
  if (!info.isFile()) throw unreadable(path, 'is not a regular file');
  if (info.size > MAX_BYTES) throw unreadable(path, `has ${info.size} bytes; a layout has at most ${MAX_BYTES}`);
}

/** The bytes of a layout file. @throws LayoutError `LAYOUT_UNREADABLE` */
export async function readLayoutBytes(path: string): Promise<Uint8Array> {
  await checkLayoutFile(path);
  return readFile(path).catch((cause: unknown) => {
    throw unreadable(path, readFault(cause));
  });
}

function unreadable(path: string, detail: string): LayoutError {
  return new LayoutError('LAYOUT_UNREADABLE', path, detail);
}

function readFault(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read (permission denied)';
  return cause instanceof Error ? cause.message : String(cause);
}

/** The JSON document in the bytes of a file. @throws LayoutError `LAYOUT_NOT_JSON` */
export function parseLayoutJson(path: string, bytes: Uint8Array): unknown {
  const fail = (detail: string) => new LayoutError('LAYOUT_NOT_JSON', path, detail);
  if (bytes.length === 0) throw fail('the file is empty; expected a layout in JSON');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fail('not UTF-8 text; expected a layout in JSON');
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw fail(`not JSON from ${locateJsonFault(text)} on`);
  }
  if (isDeeperThan(document, MAX_DEPTH)) throw fail(`nested more than ${MAX_DEPTH} levels deep; no layout is`);
  return document;
}

// A stack of its own: validation recurses, and a hostile file must not overflow it.
function isDeeperThan(document: unknown, limit: number): boolean {
  const pending: [unknown, number][] = [[document, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= limit) return true;
    for (const child of Object.values(value)) pending.push([child, depth + 1]);
  }
  return false;
}
