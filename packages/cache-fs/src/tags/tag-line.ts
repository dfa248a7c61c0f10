import { checksumText, crc32 } from '../store/checksum.js';

/**
 * The log of invalidations is lines of a checksum and a JSON array:
 *
 * ```
 * 89abcdef ["log",1,"<lineage>",<base>,<provisional: 0 or 1>]
 * 89abcdef ["tag","<tag>"]
 * 89abcdef ["tag","<tag>",<position>]
 * 89abcdef ["valid",<position>]
 * ```
 */
export type TagLine =
  | { readonly kind: 'log'; readonly lineage: string; readonly base: number; readonly isProvisional: boolean }
  | { readonly kind: 'tag'; readonly tag: string; readonly position: number | undefined }
  | { readonly kind: 'valid'; readonly from: number };

const LOG_VERSION = 1;
const CHECKSUM_DIGITS = 8;

export function formatTagLine(line: TagLine): string {
  const text = JSON.stringify(fieldsOf(line));
  return `${checksumText(crc32(text))} ${text}\n`;
}

function fieldsOf(line: TagLine): readonly unknown[] {
  if (line.kind === 'log') return ['log', LOG_VERSION, line.lineage, line.base, line.isProvisional ? 1 : 0];
  if (line.kind === 'valid') return ['valid', line.from];
  return line.position === undefined ? ['tag', line.tag] : ['tag', line.tag, line.position];
}

/** `undefined` for a line that is torn, damaged, or of a newer version. @param line without its line break */
export function parseTagLine(line: string): TagLine | undefined {
  const text = line.slice(CHECKSUM_DIGITS + 1);
  if (line[CHECKSUM_DIGITS] !== ' ' || checksumText(crc32(text)) !== line.slice(0, CHECKSUM_DIGITS)) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(fields) ? lineOf(fields) : undefined;
}

function lineOf([kind, first, second, third, fourth]: readonly unknown[]): TagLine | undefined {
  if (kind === 'tag' && typeof first === 'string' && (second === undefined || isPosition(second))) {
    return { kind, tag: first, position: second };
  }
  if (kind === 'valid' && isPosition(first)) return { kind, from: first };
  if (kind !== 'log' || first !== LOG_VERSION || typeof second !== 'string' || !isPosition(third)) return undefined;
  return { kind, lineage: second, base: third, isProvisional: fourth === 1 };
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
