import type { OperationOutcome } from './observation.js';
import type { TraceResult } from './tracing.js';

// How operations end, as it is told of what they give.

export function ended(outcome: OperationOutcome): TraceResult {
  return { outcome };
}

export function done(): TraceResult {
  return { outcome: 'done' };
}

export function counted(count: number): TraceResult {
  return { outcome: 'done', count };
}

export function hitOrMiss(isHit: boolean): TraceResult {
  return { outcome: isHit ? 'hit' : 'miss' };
}

export function isFound(found: unknown): TraceResult {
  return hitOrMiss(found !== undefined);
}

export function storedOrRefused(isStored: boolean): TraceResult {
  return { outcome: isStored ? 'stored' : 'refused' };
}

export function storedOrAbsent(isStored: boolean): TraceResult {
  return { outcome: isStored ? 'stored' : 'absent' };
}
