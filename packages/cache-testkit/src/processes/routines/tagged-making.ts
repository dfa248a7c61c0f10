import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

export interface TaggedMakingArgs {
  readonly key: string;
  readonly tag: string;
  /** By which operation the value is made. */
  readonly operation: 'getOrSet' | 'update';
}

/** What a process says of itself: `making` when the value has begun to be made. */
export type TaggedMakingReport = 'opened' | 'making';

/** Begins to make a tagged value, ends when told so, and says what its caller got and what it reads afterwards. */
export async function taggedMaking({
  args,
  open,
  received,
  report,
}: RoutineContext<TaggedMakingArgs>): Promise<{ readonly got: unknown; readonly read: unknown }> {
  const { key, tag, operation } = args;
  const cache = await open();
  const told = received()[Symbol.asyncIterator]();
  const tell = (message: TaggedMakingReport) => report(message);
  tell('opened');
  let isFirst = true;
  const make = async (): Promise<string> => {
    if (!isFirst) return 'made again';
    isFirst = false;
    tell('making');
    await told.next();
    return 'made before';
  };
  const got =
    operation === 'update'
      ? await cache.update(key, make, { tags: [tag] })
      : await cache.getOrSet(key, ({ setTags }) => {
          setTags([tag]);
          return make();
        });
  return { got, read: await cache.get(key) };
}

export const taggedMakingRoutine = routineOf(import.meta.url, taggedMaking);
