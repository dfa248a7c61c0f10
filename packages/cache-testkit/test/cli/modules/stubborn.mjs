// A cache that leaves a child and files behind, writes down where, and then never answers.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReferenceCache, targetOf } from '../../reference-cache.ts';

class StubbornCache extends ReferenceCache {
  constructor(options, { directory }) {
    super(options);
    mkdtempSync(join(tmpdir(), 'of-the-backend-'));
    writeFileSync(join(directory, 'entry'), '');
  }

  readEntry() {
    const { pid } = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore' });
    writeFileSync(process.env.PID_FILE, String(pid));
    return new Promise(() => {});
  }
}

export const target = { ...targetOf('stubborn', StubbornCache), timeoutSeconds: 600 };
