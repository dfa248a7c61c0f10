import { findField, spellingsGiven } from './field-names.js';
import type { FieldName } from './fields.js';
import { HOUR_SECONDS, MEGABYTE_BYTES } from './settings.js';

/** Two fields that set one thing, and how the second is told in the terms of the first. */
interface SameSetting {
  readonly field: FieldName;
  readonly other: FieldName;
  readonly convert: (value: unknown) => unknown;
  readonly allowed: string;
}

const same = (value: unknown): unknown => value;
const scaled = (scale: (value: number) => number) => (value: unknown) =>
  typeof value === 'number' ? scale(value) : value;

const SAME_SETTINGS: readonly SameSetting[] = [
  { field: 'cacheRoot', other: 'cachePath', convert: same, allowed: 'one of them, or both with one path' },
  { field: 'useFileLocking', other: 'cacheFileLocking', convert: same, allowed: 'one of them, or both alike' },
  {
    field: 'maxSizeBytes',
    other: 'maxSizeMb',
    convert: scaled(megabytesToBytes),
    allowed: 'one of them, or both of one size (a megabyte is 1,048,576 bytes)',
  },
  {
    field: 'defaultTtlSeconds',
    other: 'defaultTtlHours',
    convert: scaled(hoursToSeconds),
    allowed: 'one of them, or both of one length (an hour is 3,600 seconds)',
  },
];

/** A part of a byte is of no use to a limit. */
export function megabytesToBytes(megabytes: number): number {
  return Math.floor(megabytes * MEGABYTE_BYTES);
}

/** In whole milliseconds, so that 1.1 hours are 3,960 seconds and not a little more. */
export function hoursToSeconds(hours: number): number {
  return Math.max(1, Math.round(hours * HOUR_SECONDS * 1_000)) / 1_000;
}

/** A contradiction between two fields, in the spelling that was used. */
export interface Conflict {
  readonly field: string;
  readonly message: string;
}

/** Fields given in both spellings, and pairs of fields that set one thing to two values. */
export function findConflicts(given: object, names: readonly string[]): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const name of names) {
    const both = spellingsGiven(given, name);
    if (both === undefined) continue;
    const [camel, snake] = both;
    conflicts.push({
      field: snake,
      message: `${snake} and ${camel} are both given; allowed is one spelling of a field`,
    });
  }
  for (const { field, other, convert, allowed } of SAME_SETTINGS) {
    const first = findField(given, field);
    const second = findField(given, other);
    if (first === undefined || second === undefined || first.value === convert(second.value)) continue;
    conflicts.push({
      field: second.spelling,
      message: `${second.spelling} and ${first.spelling} are both given and differ; allowed is ${allowed}`,
    });
  }
  return conflicts;
}
