import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What somebody else may have put under a name of ours. */
export interface Plant {
  readonly kind: string;
  /** What the machine must allow, if it is not everywhere. */
  readonly needs?: 'root';
  /** @param outside a folder made by {@link makeOutside} */
  readonly put: (path: string, outside: string) => void | Promise<void>;
}

/** Makes what must stay as it is: a file, and a folder that looks like a lock with something to prune. */
export function makeOutside(dir: string): string {
  const outside = join(dir, 'outside');
  // Of a run of the machine before its restart, so that whoever takes it for a lock's would prune it.
  const record = JSON.stringify({ pid: 2 ** 30, host: hostname(), bootId: 'another' });
  const lock = join(outside, 'folder', '7.lock');
  mkdirSync(lock, { recursive: true, mode: 0o700 });
  writeFileSync(join(outside, 'file'), 'precious', { mode: 0o600 });
  writeFileSync(join(outside, 'folder', 'inside'), 'precious', { mode: 0o600 });
  for (const name of ['held-aa', 'free-bb']) {
    writeFileSync(join(lock, name), record, { mode: 0o600 });
    writeFileSync(join(outside, 'folder', name), record, { mode: 0o600 });
  }
  return outside;
}

export const PLANTS: readonly Plant[] = [
  { kind: 'a link to a file', put: (path, outside) => symlinkSync(join(outside, 'file'), path) },
  { kind: 'a link to a folder', put: (path, outside) => symlinkSync(join(outside, 'folder'), path) },
  { kind: 'a link to nothing', put: (path, outside) => symlinkSync(join(outside, 'nothing'), path) },
  { kind: 'a second name of a file', put: (path, outside) => linkSync(join(outside, 'file'), path) },
  { kind: 'a pipe', put: (path) => void execFileSync('mkfifo', [path]) },
  { kind: 'an endless device', needs: 'root', put: (path) => void execFileSync('mknod', [path, 'c', '1', '5']) },
  { kind: 'a socket', put: putSocket },
  { kind: 'a folder', put: (path) => void mkdirSync(join(path, 'inside'), { recursive: true }) },
  { kind: 'a file of 100 MB', put: putHugeFile },
];

async function putSocket(path: string, outside: string): Promise<void> {
  // The name of a socket must be short when it is made.
  const short = join(outside, '..', 's');
  const server = createServer().listen(short);
  await once(server, 'listening');
  renameSync(short, path);
  onTestFinished(() => void server.close());
}

function putHugeFile(path: string): void {
  closeSync(openSync(path, 'w', 0o600));
  truncateSync(path, 100 * 1024 * 1024);
}
