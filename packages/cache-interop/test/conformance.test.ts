import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromKeyv, type KeyvStore, toKeyv } from '@glovebox/cache-interop';
import { createMemoryCache } from '@glovebox/cache-memory';
import {
  type CheckGroup,
  CONFIGURATIONS,
  type ConformanceTarget,
  registerConformance,
  type StoreContext,
} from '@glovebox/cache-testkit';
import Keyv5 from 'keyv';
import Keyv6 from 'keyv-6';
import { KeyvFile } from 'keyv-file';
import { describe, it } from 'vitest';
import { BreakableMap, withoutListing } from './support/maps.js';
import { SqliteStore } from './support/sqlite-store.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

/** A map lives as long as the directory that a check is given. */
const maps = new Map<string, BreakableMap>();

function mapOf(directory: string): BreakableMap {
  const known = maps.get(directory) ?? new BreakableMap();
  maps.set(directory, known);
  return known;
}

/** The cache in a map, possibly with something between them. */
function onMap(name: string, open: (map: BreakableMap) => KeyvStore = (map) => map): ConformanceTarget {
  return {
    name: `fromKeyv, ${name}`,
    create: (config, { clock, directory }) => fromKeyv(open(mapOf(directory)), { ...config, clock, persistent: true }),
    discard: ({ directory }) => void maps.delete(directory),
    breakStore({ directory }) {
      const map = mapOf(directory);
      map.isBroken = true;
      return () => {
        map.isBroken = false;
      };
    },
  };
}

const FOREIGN =
  'a text that does not begin as an entry is taken for another program’s: a miss, no error, and left alone';

const damageable: ConformanceTarget = {
  ...onMap('a map'),
  corrupt: {
    read(key, { directory }) {
      const text = mapOf(directory).get(key);
      return text === undefined ? [] : [Buffer.from(text, 'latin1')];
    },
    write(key, [bytes], { directory }) {
      if (bytes === undefined) mapOf(directory).delete(key);
      else mapOf(directory).set(key, Buffer.from(bytes).toString('latin1'));
    },
    makeNewer(key, { directory }) {
      mapOf(directory).set(key, (mapOf(directory).get(key) ?? '').replace('glovebox1 ', 'glovebox2 '));
    },
  },
  skip: {
    'damage/counted': FOREIGN,
    'damage/told': FOREIGN,
    'damage/removed': FOREIGN,
    'damage/deleted': FOREIGN,
  },
};

const fileIn = ({ directory }: StoreContext) => join(directory, 'keyv.db');

function onDatabase(name: string, open: (store: SqliteStore) => KeyvStore = (store) => store): ConformanceTarget {
  return {
    name: `fromKeyv, ${name}`,
    create: (config, context) =>
      fromKeyv(open(new SqliteStore(fileIn(context))), { ...config, clock: context.clock, persistent: true }),
    breakStore(context) {
      const database = new DatabaseSync(fileIn(context));
      database.exec('ALTER TABLE keyv RENAME TO aside');
      return () => {
        database.exec('ALTER TABLE aside RENAME TO keyv');
        database.close();
      };
    },
  };
}

// Without the option, keyv 5 answers as if nothing were there when its store fails to read.
const inKeyv5 = (store: KeyvStore) => new Keyv5({ store, throwOnErrors: true });
const inKeyv6 = (store: KeyvStore) => new Keyv6({ store });

const inFile: ConformanceTarget = {
  name: 'fromKeyv, keyv-file',
  create(config, { clock, directory }) {
    const store = new KeyvFile({ filename: join(directory, 'keyv.json'), writeDelay: 0 });
    return fromKeyv(store, { ...config, clock, persistent: true });
  },
};

const onCache: ConformanceTarget = {
  name: 'fromKeyv, toKeyv of a cache',
  create: (config, { clock }) => fromKeyv(toKeyv(createMemoryCache()), { ...config, clock }),
};

registerConformance({ describe, it }, damageable);
// What stores do differently shows in one configuration as in the other.
const configurations = isFull ? CONFIGURATIONS : (['tightest'] as const);
for (const target of [
  onMap('keyv 5', inKeyv5),
  onMap('keyv 6', inKeyv6),
  onMap('a store that cannot be listed', withoutListing),
  onMap('keyv 6 on a store that cannot be listed', (map) => inKeyv6(withoutListing(map))),
]) {
  registerConformance({ describe, it }, target, { configurations });
}
// Opening a database takes longer than a check, and a file is written anew at each change: what is kept in them is asked.
const groups: CheckGroup[] = ['keys', 'values', 'persistence', 'limits', 'faults'];
for (const target of [onDatabase('a database'), onDatabase('keyv 5 on a database', inKeyv5), inFile, onCache]) {
  registerConformance({ describe, it }, target, isFull && target !== inFile ? {} : { configurations, groups });
}
if (isFull) registerConformance({ describe, it }, onDatabase('keyv 6 on a database', inKeyv6));
