import { nearestName } from '@glovebox/cache-core';
import { UsageError } from './usage-error.js';

/**
 * The ids that a pattern of the command line means: the very id; else those that contain it, `*` standing for anything.
 * @throws UsageError for a pattern that means none
 */
export function idsOf(patterns: readonly string[], ids: readonly string[]): readonly string[] {
  const chosen = new Set(patterns.flatMap((pattern) => matches(pattern, ids)));
  return ids.filter((id) => chosen.has(id));
}

function matches(pattern: string, ids: readonly string[]): readonly string[] {
  if (ids.includes(pattern)) return [pattern];
  const parts = pattern.split('*');
  const found = pattern === '' ? [] : ids.filter((id) => holdsInOrder(id, parts));
  if (found.length > 0) return found;
  const nearest = nearestName(pattern, ids);
  const advice = nearest === undefined ? '--list prints them all' : `did you mean '${nearest}'?`;
  throw new UsageError(`no check matches '${pattern}'; ${advice}`);
}

function holdsInOrder(id: string, parts: readonly string[]): boolean {
  let position = 0;
  for (const part of parts) {
    const found = id.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return true;
}
