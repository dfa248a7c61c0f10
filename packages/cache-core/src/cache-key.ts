import { resolve } from 'node:path';
import { canonicalText } from './canonical.js';
import { CacheError } from './errors.js';
import { nodeModule } from './node-module.js';

const { types } = nodeModule('node:util');

/** A part of a key: any value that a cache can hold. Parts of different types differ, `1` from `'1'` too. */
export type KeyPart = unknown;

/**
 * Makes keys: 64 hexadecimal digits, the SHA-256 of an unambiguous text of what they are made of. Keys of different
 * makers never meet, so `fromParts('a')` and `fromObject('a')` differ.
 */
export const CacheKey = {
  /**
   * The key of an ordered list: `('a:b', 'c')` and `('a', 'b:c')` differ.
   * @throws CacheError `CACHE_INVALID_KEY` without parts, or with one that has no content to compare (a function)
   */
  fromParts(...parts: readonly KeyPart[]): string {
    if (parts.length === 0) throw new CacheError('CACHE_INVALID_KEY', 'fromParts() needs at least one part');
    return digest('parts', canonicalText(parts));
  },

  /**
   * The key of a value, objects in it compared without regard to the order of their keys.
   * @throws CacheError `CACHE_INVALID_KEY` for a value that has no content to compare
   */
  fromObject(data: unknown): string {
    return digest('object', canonicalText(data));
  },

  /**
   * The key of a file as it is now: absolute path, modification time in nanoseconds, size. A missing file has a key of
   * its path alone. Costs one `stat`; sees no change that keeps both time and size.
   * @throws CacheError `CACHE_INVALID_KEY` for an empty path or one that can't be looked up
   */
  async fromPath(path: string): Promise<string> {
    const absolutePath = absolute(path);
    try {
      const { mtimeNs, size } = await nodeModule('node:fs/promises').stat(absolutePath, { bigint: true });
      return digest('path', canonicalText([absolutePath, mtimeNs, size]));
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return digest('path', canonicalText([absolutePath]));
      throw unreadable(absolutePath, error);
    }
  },

  /**
   * The key of a content, the same for a file (given by its path) and for its bytes. Reads the whole file.
   * @throws CacheError `CACHE_INVALID_KEY` for a file that can't be read, or what is neither a path nor bytes
   */
  async fromContent(content: string | Uint8Array): Promise<string> {
    const hash = nodeModule('node:crypto').createHash('sha256').update('content\0');
    if (types.isUint8Array(content)) return hash.update(content).digest('hex');
    const absolutePath = absolute(content);
    try {
      for await (const chunk of nodeModule('node:fs').createReadStream(absolutePath)) hash.update(chunk);
    } catch (error) {
      throw unreadable(absolutePath, error);
    }
    return hash.digest('hex');
  },
} as const;

function digest(maker: string, text: string): string {
  return nodeModule('node:crypto').createHash('sha256').update(`${maker}\0${text}`).digest('hex');
}

function absolute(path: string): string {
  if (typeof path !== 'string' || path === '') {
    throw new CacheError('CACHE_INVALID_KEY', `the path is ${path === '' ? 'empty' : `of type ${typeof path}`}`);
  }
  return resolve(path);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function unreadable(path: string, cause: unknown): CacheError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CacheError('CACHE_INVALID_KEY', `no key for ${JSON.stringify(path)}: ${reason}`, { cause });
}
