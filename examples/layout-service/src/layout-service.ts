import { CacheKey, type CacheManager, type Ttl } from '@glovebox/cache-core';
import { COMPILER_VERSION, compileKeymap } from './keymap/compile-keymap.js';
import { findWarnings } from './keymap/find-warnings.js';
import type { Layout } from './layout/layout-schema.js';
import { PARSER_VERSION, parseLayout } from './layout/parse-layout.js';
import { checkLayoutFile, readLayoutBytes } from './layout/read-source.js';

export interface LayoutServiceOptions {
  /** Where parsed layouts and compiled keymaps are kept. The service never closes it. */
  cache: CacheManager;
  /** Time to live of what is stored. @default the cache's `defaultTtl` */
  ttl?: Ttl | undefined;
}

/** `hit`: the value came from the cache; `miss`: it was computed by this call. */
export type StepResult = 'hit' | 'miss';

export interface LoadedLayout {
  readonly layout: Layout;
  /** The file's path as it was given. */
  readonly path: string;
  readonly fileBytes: number;
  /** The same for files with the same bytes: `CacheKey.fromContent`. */
  readonly contentKey: string;
  readonly steps: { readonly load: StepResult };
}

export interface CompiledLayout {
  /** The text of the `.keymap`. */
  readonly keymap: string;
  /** What deserves a look though the layout compiles; empty for most. */
  readonly warnings: readonly string[];
  /** `load` is `skipped` when the compiled keymap was there: the layout is then not needed. */
  readonly steps: { readonly load: StepResult | 'skipped'; readonly compile: StepResult };
}

export interface LayoutService {
  /**
   * The validated layout in a file. Kept under the file's path, time and size, so that a file which changed, or was
   * touched, is read again.
   * @throws LayoutError for a file that can't be read or holds no sound layout; then nothing is cached
   */
  loadLayout(path: string): Promise<LoadedLayout>;
  /**
   * The layout in a file as a ZMK keymap. Kept under the file's content: a copy or a touched file compiles to a hit.
   * @throws LayoutError for a file that can't be read or holds no sound layout; then nothing is cached
   */
  compileLayout(path: string): Promise<CompiledLayout>;
}

type StoredLayout = Pick<LoadedLayout, 'layout' | 'fileBytes' | 'contentKey'>;
type StoredKeymap = Pick<CompiledLayout, 'keymap' | 'warnings'>;

/** Loads and compiles layouts through a cache. Concurrent calls for one file share the work. */
export function createLayoutService({ cache, ttl }: LayoutServiceOptions): LayoutService {
  const setOptions = ttl === undefined ? {} : { ttl };

  async function cached<T>(key: string, compute: () => Promise<T>): Promise<{ value: T; step: StepResult }> {
    let step: StepResult = 'hit';
    const value = await cache.getOrSet<T>(
      key,
      () => {
        step = 'miss';
        return compute();
      },
      setOptions,
    );
    return { value, step };
  }

  async function loadLayout(path: string): Promise<LoadedLayout> {
    const fileKey = await fileKeyOf(path);
    const key = CacheKey.fromParts('layout-service', 'layout', PARSER_VERSION, fileKey);
    const { value, step } = await cached<StoredLayout>(key, async () => {
      const bytes = await readLayoutBytes(path);
      return {
        layout: parseLayout(path, bytes),
        fileBytes: bytes.length,
        contentKey: await CacheKey.fromContent(bytes),
      };
    });
    // The file was replaced between the look at its time and the read: what was stored is newer than its key says, and
    // would be wrong if the old file were put back with its old time.
    if (step === 'miss' && (await fileKeyOf(path)) !== fileKey) await cache.delete(key);
    return { ...value, path, steps: { load: step } };
  }

  async function compileLayout(path: string): Promise<CompiledLayout> {
    const bytes = await readLayoutBytes(path);
    const contentKey = await CacheKey.fromContent(bytes);
    let load: StepResult | 'skipped' = 'skipped';
    const { value, step } = await cached<StoredKeymap>(keymapKey(contentKey), async () => {
      const loaded = await loadLayout(path);
      load = loaded.steps.load;
      // Another content under the path by now, or an edit that kept time and size: the keymap is that of `bytes`.
      const layout = loaded.contentKey === contentKey ? loaded.layout : parseLayout(path, bytes);
      return { keymap: compileKeymap(layout), warnings: findWarnings(layout) };
    });
    return { ...value, steps: { load, compile: step } };
  }

  return { loadLayout, compileLayout };
}

/** The key of the file as it is now. @throws LayoutError `LAYOUT_UNREADABLE`, as reading it would */
async function fileKeyOf(path: string): Promise<string> {
  await checkLayoutFile(path);
  return CacheKey.fromPath(path);
}

function keymapKey(contentKey: string): string {
  return CacheKey.fromParts('layout-service', 'keymap', PARSER_VERSION, COMPILER_VERSION, contentKey);
}
