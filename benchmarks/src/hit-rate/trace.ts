import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../options.js';

/** One request of a trace. */
export interface Request {
  readonly key: string;
  /** 1 where the trace names none: then sizes are numbers of entries. */
  readonly sizeBytes: number;
}

export interface Trace {
  readonly name: string;
  readonly hasSizes: boolean;
  readonly requests: readonly Request[];
}

/**
 * Reads a trace: one `key` or `key,size` a line, gzip if the name ends so. Empty lines are left out.
 * @throws UsageError naming file and line of what can't be read
 */
export function readTrace(file: string): Trace {
  let text: string;
  try {
    const bytes = readFileSync(file);
    text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseTrace(basename(file).replace(/(\.txt|\.csv|\.trace)?(\.gz)?$/, ''), text, file);
}

/** @throws UsageError */
export function parseTrace(name: string, text: string, file = name): Trace {
  const lines = text.split('\n').map((line) => line.trim());
  const hasSizes = lines.find((line) => line !== '')?.includes(',') ?? false;
  const requests: Request[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    requests.push(hasSizes ? sizedRequest(line, `${file}:${index + 1}`) : { key: line, sizeBytes: 1 });
  }
  if (requests.length === 0) throw new UsageError(`${file} holds no request`);
  return { name, hasSizes, requests };
}

function sizedRequest(line: string, place: string): Request {
  const comma = line.lastIndexOf(',');
  const sizeBytes = Number(line.slice(comma + 1));
  if (comma < 1 || !Number.isSafeInteger(sizeBytes) || sizeBytes < 1) {
    throw new UsageError(
      `${place}: ${JSON.stringify(line.slice(0, 60))} is not "key,size" with a size in whole bytes above 0`,
    );
  }
  return { key: line.slice(0, comma), sizeBytes };
}
