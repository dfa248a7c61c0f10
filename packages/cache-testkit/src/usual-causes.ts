/** What backends that fail a check often do, by the ids of checks, `*` standing for any part of one. The first that fits counts. */
export const USUAL_CAUSES: readonly (readonly [cause: string, ids: readonly string[]])[] = [
  [
    'the store does not keep names as they are: file systems and text columns fold case, normalize Unicode, trim, or end a name at NUL; keep the bytes of the key, or their hash beside the whole key',
    [
      'keys/astral',
      'keys/control-codes',
      'keys/letter-case',
      'keys/long',
      'keys/paths',
      'keys/reserved-names',
      'keys/unicode-forms',
      'keys/white-space',
      'keys/numbers-as-text',
    ],
  ],
  [
    'keys go through something that reads more than text into them: a pattern (LIKE, KEYS, glob), a path, a separator that joins parts, or a plain object instead of a Map',
    ['keys/json', 'keys/patterns', 'keys/prefix*', 'keys/prototype-names', 'keys/separators'],
  ],
  [
    'checks of the key that the base class makes were overridden or bypassed',
    ['keys/empty-refused', 'keys/lone-surrogate-refused', 'keys/non-text-refused', 'keys/refused-key-loses-nothing'],
  ],
  [
    'listEntries reads the store while it changes, or gives a key as it is stored instead of as it was written',
    ['keys/list*'],
  ],
  [
    '`entry.payload` was not kept whole: `encoding` and `data` belong together, and `data` is text or bytes, never parsed or encoded again; or a codec of your own is given to the base class',
    [
      'values/arrays',
      'values/b*',
      'values/codec-lookalikes',
      'values/dates',
      'values/deep',
      'values/invalid-dates',
      'values/l*',
      'values/m*',
      'values/nested-undefined',
      'values/null',
      'values/numbers',
      'values/objects',
      'values/overwrite',
      'values/prototype-names',
      'values/r*',
      'values/s*',
      'values/t*',
      'values/v*',
      'persistence/values*',
    ],
  ],
  [
    'a falsy value is taken for a miss: `if (row)`, `value ||`, or a column that can be NULL',
    [
      'values/falsy-values-are-hits',
      'getOrSet/null-is-stored',
      'getOrSet/hit-runs-nothing',
      'lifecycle/delete-of-null',
    ],
  ],
  [
    'the value is stored before it is checked, or the old entry is removed before the new one is there',
    ['values/*-refused', 'limits/oversize-leaves-old', 'ttl/invalid-leaves-old'],
  ],
  [
    'target.create does not pass `clock` or `config` on, `expiresAt` is not kept as it was given (rounded to seconds, recomputed, or kept by the store in its own way), or readEntry hides expired entries by another clock than `this.clock`',
    [
      'ttl/default*',
      'ttl/gone-at-the-end',
      'ttl/live-until-the-end',
      'ttl/milliseconds',
      'ttl/none',
      'ttl/null-before-default',
      'ttl/overwrite-*',
      'ttl/own-*',
      'ttl/reads-do-not-extend',
      'ttl/units',
      'ttl/clock-may-step-back',
      'ttl/future-is-a-miss',
      'persistence/ttl',
      'persistence/default-ttl-stays',
    ],
  ],
  [
    'an entry that was listed as expired is removed without another look: by then it may have been set again; look again in the same step that removes it',
    ['ttl/cleanup-spares-replaced'],
  ],
  [
    'removeEntry does not say whether there was an entry, or expired entries are hidden from listEntries',
    ['ttl/cleanup-counts', 'stats/expiries*', 'events/expiries', 'persistence/cleanup'],
  ],
  [
    'target.create does not pass `clock` and `cleanupIntervalSeconds` on, or sweepStore is overridden and leaves what has expired',
    ['ttl/automatic-cleanup'],
  ],
  [
    'a time comes from Date.now() or from the store instead of `this.clock.now()`, or in another unit: instants are epoch milliseconds',
    ['metadata/age', 'metadata/created-anew', 'metadata/last-access', 'stats/last-update'],
  ],
  [
    'describeEntry was given a record without some of the fields, or a record of the store is handed out as it is',
    [
      'metadata/fields',
      'metadata/is-a-snapshot',
      'metadata/of-a-lookup',
      'tags/kept',
      'tags/copied',
      'tags/replaced',
      'persistence/metadata',
    ],
  ],
  [
    '`entry.sizeBytes` is not what was kept, or text is measured by its `length`',
    ['metadata/size-*', 'limits/bytes-of-utf8', 'stats/totals', 'persistence/totals'],
  ],
  [
    'writeEntry replaces the whole record: keep `accessCount` of what was there, and begin at 0 after a delete',
    [
      'metadata/access-count-*',
      'limits/lfu-overwrite-keeps-count',
      'persistence/lfu-overwrite',
      'metadata/misses-leave-no-trace',
    ],
  ],
  [
    'touchEntry is overridden and keeps nothing, or usageOf gives another count than it keeps; without both hooks the base class does it',
    ['metadata/access-count', 'limits/lru-*', 'limits/lfu-*', 'persistence/usage', 'persistence/l*-order'],
  ],
  [
    'saveStats or loadStats keep the counters of one instance in the place of another: each instance needs a record of its own, and the sum is read',
    ['persistence/stats*'],
  ],
  [
    'target.create does not pass `maxEntries` or `maxSizeBytes` on, evict is overridden and takes too much or too little, or removeEntry says `false` for an entry that it removed',
    [
      'limits/entries',
      'limits/evict*',
      'limits/fill-to-the-limit',
      'limits/one-entry',
      'limits/bytes',
      'limits/batches',
    ],
  ],
  [
    'what is there is counted by this instance alone: entries that it finds on the store count too',
    ['persistence/limits'],
  ],
  [
    'removeEntry answers without asking the store: of several removals at once, one may say `true`',
    ['lifecycle/concurrent-deletes', 'lifecycle/delete', 'batches/delete-many', 'stats/deletes'],
  ],
  [
    'clearStore resolves before the store has answered, or removes only a page of what is there',
    ['lifecycle/clear', 'limits/clear-makes-room', 'persistence/clear'],
  ],
  [
    'the result of the store is not awaited in writeEntry or removeEntry, or a write waits in a buffer that closeStore does not write out',
    ['persistence/deletes', 'persistence/overwrites', 'lifecycle/usable-after-clear'],
  ],
  [
    'values are kept in memory of the instance, where another instance does not see them replaced',
    ['persistence/two-instances'],
  ],
  [
    'instances share a module-wide store: what is kept must belong to the directory, or to the name that the target makes of it',
    ['lifecycle/stores-are-apart', 'stats/at-first'],
  ],
  [
    'the store is used before openStore has resolved, or a fault of the first connection is kept for good',
    ['lifecycle/ready-at-once'],
  ],
  ['a method of the base class is overridden without its checks', ['lifecycle/closed-*']],
  [
    'closeStore leaves a timer or a handle, waits for what a caller does, or close is overridden instead',
    [
      'lifecycle/close*',
      'lifecycle/dispose',
      'lifecycle/no-timer-*',
      'lifecycle/process-may-end',
      'lifecycle/one-timer',
    ],
  ],
  [
    'the codec given to the base class hands out the object it was given: leave the codec out, or declare the isolation that it has',
    ['isolation/*'],
  ],
];

/** What backends that fail the check often do, `undefined` if nothing is known. */
export function usualCauseOf(id: string): string | undefined {
  const isMeant = (pattern: string) => (pattern.includes('*') ? matches(pattern, id) : pattern === id);
  return USUAL_CAUSES.find(([, ids]) => ids.some(isMeant))?.[0];
}

function matches(pattern: string, id: string): boolean {
  const [beginning = '', end = ''] = pattern.split('*');
  return id.length >= beginning.length + end.length && id.startsWith(beginning) && id.endsWith(end);
}
