import type { CacheMetadata, SetOptions, StoredEntry } from '../types.js';

const PREFIX = 'glovebox:schema:';

/** The tag by which entries of a version are known; without a version all are alike. */
export class VersionTag {
  readonly #tag: string | undefined;

  constructor(version: string | number | undefined) {
    this.#tag = version === undefined ? undefined : PREFIX + version;
  }

  /** @param prefix what stands before the tags of a namespace in the store */
  isOn({ tags }: Pick<StoredEntry<unknown>, 'tags'>, prefix = ''): boolean {
    return this.#tag === undefined || tags.includes(prefix + this.#tag);
  }

  /** The options of a write, with the tag among theirs. What is wrong with them is for the operation to refuse. */
  addTo<O extends SetOptions>(options: O | undefined): O | undefined {
    const isWrong = options !== undefined && (typeof options !== 'object' || options === null);
    if (this.#tag === undefined || isWrong) return options;
    // Only the tags differ from what was given.
    return { ...options, tags: this.addToTags(options?.tags ?? []) } as O;
  }

  addToTags(tags: readonly string[]): readonly string[] {
    return this.#tag === undefined || !Array.isArray(tags) ? tags : [...tags, this.#tag];
  }
}

/** Metadata for those who know nothing of such tags. */
export function withoutVersionTag(metadata: CacheMetadata): CacheMetadata {
  return { ...metadata, tags: metadata.tags.filter((tag) => !tag.startsWith(PREFIX)) };
}
