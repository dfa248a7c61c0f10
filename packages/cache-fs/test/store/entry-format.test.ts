import { describe, expect, it } from 'vitest';
import { type EntryHeader, formatEntry, parseEntry } from '../../src/store/entry-format.js';

const header: EntryHeader = {
  v: 1,
  key: 'layers/é\n"quoted"',
  generation: '1-ab-1',
  createdAt: 1_767_225_600_000,
  ttlSeconds: 60,
  expiresAt: 1_767_225_660_000,
  tags: ['a'],
  encoding: 'json',
  sizeBytes: 17,
};
const valueText = '{"title":"Tést"}';
const text = formatEntry(header, valueText);

function isRefused(damaged: string): boolean {
  try {
    parseEntry(damaged);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'CACHE_CORRUPT_ENTRY' });
    return true;
  }
}

describe('an entry file', () => {
  it('comes back as it was written', () => {
    expect(parseEntry(text)).toMatchObject({ header, valueText });
  });

  it('is one JSON document with the header on its first line', () => {
    expect(JSON.parse(text).value).toEqual({ title: 'Tést' });
    expect(JSON.parse(`${text.split('\n')[0]?.slice(0, -1)}}`).entry.key).toBe(header.key);
  });

  it('is refused with any single bit flipped', () => {
    const bytes = Buffer.from(text);
    const accepted: string[] = [];
    for (let index = 0; index < bytes.length; index++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(bytes);
        damaged[index] = (damaged[index] ?? 0) ^ (1 << bit);
        if (!isRefused(damaged.toString('utf8'))) accepted.push(`byte ${index}, bit ${bit}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('is refused when cut at any length, or with anything added', () => {
    for (let length = 0; length < text.length; length++) expect(isRefused(text.slice(0, length))).toBe(true);
    for (const extra of [' ', '\n', '}\n', text]) expect(isRefused(text + extra)).toBe(true);
  });

  it('of a newer version is none of ours, and not damaged', () => {
    const newer = { ...header, v: 2 } as unknown as EntryHeader;
    expect(parseEntry(formatEntry(newer, valueText))).toBeUndefined();
  });
});
