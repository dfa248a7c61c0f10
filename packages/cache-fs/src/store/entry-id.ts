import * as crypto from 'node:crypto';

/** 128 bits: no two of the keys that a cache will ever see share an id, and one that did would be a miss. */
const ID_LENGTH = 32;
const ID = /^[0-9a-f]{32}$/;

const sha256: (text: string) => string =
  // One call instead of three objects; Node before 20.12 has only the long way.
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('sha256', text, 'hex')
    : (text) => crypto.createHash('sha256').update(text).digest('hex');

/** The name of a key's files: whatever the key holds, no name can leave the directory, differ by case alone, or be too long. */
export function entryId(key: string): string {
  return sha256(key).slice(0, ID_LENGTH);
}

export function isEntryId(name: string): boolean {
  return ID.test(name);
}
