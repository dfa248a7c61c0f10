import type { CacheManager, LookupResult } from '@glovebox/cache-core';
import {
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
  type TypedCache,
  typed,
} from '@glovebox/cache-core/typed';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

declare const cache: CacheManager;

const User = z.object({
  id: z.number(),
  since: z.string().transform((text) => new Date(text)),
  nick: z.string().optional(),
});
interface UserIn {
  id: number;
  since: string;
  nick?: string | undefined;
}
interface UserOut {
  id: number;
  since: Date;
  nick?: string | undefined;
}

export async function values(): Promise<void> {
  const users = typed(cache, User);
  const user = await users.get('a');
  holds<Equal<typeof user, UserOut | undefined>>();
  const orNull = await users.get('a', null);
  holds<Equal<typeof orNull, UserOut | null>>();
  const found = await users.lookup('a');
  holds<Equal<typeof found, LookupResult<UserOut>>>();
  const many = await users.getMany(['a']);
  holds<Equal<typeof many, Map<string, UserOut>>>();
  const taken = await users.take('a');
  holds<Equal<typeof taken, UserOut | undefined>>();
  const computed = await users.getOrSet('a', async ({ previous }) => {
    holds<Equal<typeof previous, UserOut | undefined>>();
    return { id: 1, since: '2020' };
  });
  holds<Equal<typeof computed, UserOut>>();
  const perhaps = await users.getOrSet('a', () => (Math.random() > 0.5 ? { id: 1, since: '2020' } : undefined));
  holds<Equal<typeof perhaps, UserOut | undefined>>();
  const updated = await users.update('a', (current) => {
    holds<Equal<typeof current, UserOut | undefined>>();
    return { id: 1, since: '2020' };
  });
  holds<Equal<typeof updated, UserOut | undefined>>();
  await users.set('a', { id: 1, since: '2020' }, { ttl: '5m' });
  await users.setMany(new Map([['a', { id: 1, since: '2020' }]]));
  await users.getOrSet('a', () => ({ id: 1, since: '2020' }), { shouldCache: (value: UserIn) => value.id > 0 });

  // @ts-expect-error the schema takes a text
  await users.set('a', { id: 1, since: new Date() });
  // @ts-expect-error a field is missing
  await users.add('a', { id: 1 });
  // @ts-expect-error there is no such field
  await users.set('a', { id: 1, since: '2020', nich: 'x' });
  // @ts-expect-error what a factory returns goes into the schema
  await users.getOrSet('a', () => ({ id: 'x', since: '2020' }));
  // @ts-expect-error what an update returns too
  await users.update('a', (current) => current);
  // @ts-expect-error no numbers to add to
  await users.increment('a');
  // @ts-expect-error seconds have no unit of their own
  await users.set('a', { id: 1, since: '2020' }, { ttl: '5' });
}

export async function keys(): Promise<void> {
  const users = typed(cache, User, { key: (id: number, part: 'main' | 'rest') => `user:${id}:${part}`, version: 2 });
  const key = users.key(5, 'main');
  holds<Equal<typeof key, `user:${number}:main` | `user:${number}:rest`>>();
  await users.get(key);
  await users.get('user:5:rest');
  for await (const listed of users.keys()) holds<Equal<typeof listed, typeof key>>();
  const many = await users.getMany([key]);
  holds<Equal<typeof many, Map<typeof key, UserOut>>>();
  await users.namespace('x').get(key);
  // @ts-expect-error no such key
  await users.get('layout:5');
  // @ts-expect-error a key has all its parts
  users.key(5);
  // @ts-expect-error a text is no number
  users.key('5', 'main');
  // @ts-expect-error batches too
  await users.setMany([['layout:5', { id: 1, since: '2020' }]]);
  // @ts-expect-error a version is text or a number
  typed(cache, User, { version: true });
}

export async function numbers(): Promise<void> {
  const counts = typed(cache, z.number().int());
  const sum = await counts.increment('a', 5, { ttl: 60 });
  holds<Equal<typeof sum, number | undefined>>();
  // @ts-expect-error a schema that takes texts
  await typed(cache, z.string().transform(Number)).increment('a');
}

export function libraries(): void {
  const ofValibot = typed(
    cache,
    v.object({
      at: v.pipe(
        v.string(),
        v.transform((text) => text.length),
      ),
    }),
  );
  holds<Equal<typeof ofValibot, TypedCache<{ at: string }, { at: number }, string, [key: string]>>>();
  const ofArktype = typed(cache, type({ at: 'string' }));
  holds<Equal<typeof ofArktype, TypedCache<{ at: string }, { at: string }, string, [key: string]>>>();
  holds<Equal<SchemaInput<typeof User>, UserIn>>();
  holds<Equal<SchemaOutput<typeof User>, UserOut>>();
  // @ts-expect-error no schema
  typed(cache, { parse: (value: unknown) => value });
  const mine: StandardSchema<string, number> = User as never;
  const found = typed(cache, mine).get('a');
  holds<Equal<typeof found, Promise<number | undefined>>>();
}
