import type { RowName } from './bars/bar.js';
import { type Operation, operations } from './operations.js';
import { type BenchOptions, UsageError } from './options.js';
import type { Group, Subject } from './subject.js';
import { type ValueKind, valueKinds } from './values.js';

/** Subjects that do one operation on one kind of value by turns. The first is what the ratios refer to. */
export interface Row {
  readonly operation: Operation;
  readonly subjects: readonly Subject[];
  /** Whether single operations are timed too, for their distribution. */
  readonly isTimedEach: boolean;
}

/** Of the first kind of value. */
const TIMED_EACH = ['get', 'set new'];

/** What is measured on stores that are open together. */
export interface Sitting {
  readonly group: Group;
  readonly kind: ValueKind;
  readonly rows: readonly Row[];
}

/**
 * @param isWanted leaves whole rows out
 * @throws UsageError when the filters leave nothing
 */
export function plan(
  groups: readonly Group[],
  { filters, isQuick }: BenchOptions,
  isWanted: (row: RowName) => boolean = () => true,
): readonly Sitting[] {
  const kinds = isQuick ? valueKinds.slice(0, 1) : valueKinds;
  const sittings: Sitting[] = [];
  for (const kind of kinds) {
    for (const group of groups) {
      const rows = operations
        .filter((operation) => isWanted({ group: group.name, value: kind.name, operation: operation.name }))
        .flatMap((operation) => rowOf(group, kind, operation, filters));
      if (rows.length > 0) sittings.push({ group, kind, rows });
    }
  }
  if (sittings.length === 0) {
    const all = isQuick ? 'values of 536 bytes, which is all that --quick measures' : 'all measurements';
    throw new UsageError(`No label holds ${filters.map((text) => JSON.stringify(text)).join(' and ')}, of ${all}`);
  }
  return sittings;
}

function rowOf(group: Group, kind: ValueKind, operation: Operation, filters: readonly string[]): readonly Row[] {
  if (operation.isFor?.(kind) === false) return [];
  const isWanted = (subject: Subject) => {
    const label = `${group.name} / ${kind.name} / ${operation.name} / ${subject.name}`.toLowerCase();
    return filters.every((text) => label.includes(text));
  };
  const isFor = ({ gives, isForFirstKind = false }: Subject) =>
    (!kind.isBytes || gives.holds !== 'JSON') && (!isForFirstKind || kind === valueKinds[0]);
  const others = group.others.filter((subject) => isFor(subject) && isWanted(subject));
  if (others.length === 0 && !isWanted(group.reference)) return [];
  const isTimedEach = kind === valueKinds[0] && TIMED_EACH.includes(operation.name);
  return [{ operation, subjects: [group.reference, ...others], isTimedEach }];
}

export function measurementsIn(sittings: readonly Sitting[]): number {
  return sittings.flatMap(({ rows }) => rows).reduce((sum, { subjects }) => sum + subjects.length, 0);
}
