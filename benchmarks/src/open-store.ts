import type { OpenStore } from './local-lane.js';
import type { Session, Subject, Value } from './subject.js';
import type { ValueKind } from './values.js';
import { verify } from './verify.js';

const MIB = 1024 * 1024;

/** Opens, checks and fills a subject's store of up to `entries` entries in an empty directory. */
export async function openStore(
  subject: Subject,
  kind: ValueKind,
  entries: number,
  directory: string,
): Promise<OpenStore> {
  const session = await verify(subject, kind, directory);
  const value = kind.create();
  // Large values would fill the memory and the page cache, which is not what is measured here. All keys together stay
  // below 10,000, the limit of a default cache.
  const storedKeys = keysNamed('stored', Math.max(4, Math.min(entries, Math.floor((4 * MIB) / kind.sizeBytes))));
  const freshKeys = keysNamed('fresh', Math.max(4, Math.min(8_000, Math.floor((16 * MIB) / kind.sizeBytes))));
  await fill(session, storedKeys, value);
  return { session, value, storedKeys, freshKeys };
}

async function fill(session: Session, keys: readonly string[], value: Value): Promise<void> {
  if (session.fill !== undefined) session.fill(keys, value);
  else for (const key of keys) await session.set(key, value);
}

function keysNamed(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, position) => `${name}-${position}`);
}
