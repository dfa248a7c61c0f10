import type { Report, Result } from '../results.js';
import type { Figure } from '../scenarios/scenario.js';
import { pairedRatios, type Summary, summarize } from '../statistics.js';
import type { Gives } from '../subject.js';

/** The part of a report that bars are read from. */
export type Measured = Pick<Report, 'groups' | 'results' | 'scenarios'>;

/** A row of the tables: what several subjects did by turns. */
export interface RowName {
  readonly group: string;
  readonly value: string;
  readonly operation: string;
}

interface Finding {
  readonly measured: Summary;
  /** What it was that was compared, where that depends on the run. */
  readonly note: string;
}

/** What a package is meant to reach, and where in a run it shows. */
export interface Bar {
  readonly what: string;
  readonly sense: 'at most' | 'at least';
  readonly aim: number;
  /**
   * What is promised instead, where the aim is out of reach at a fair price: docs/performance.md says why.
   * @default the aim
   */
  readonly promise?: number;
  readonly unit: '×' | 'ms';
  /** What has to be measured for it. */
  readonly needs: RowName | { readonly scenario: string };
  /** `undefined` when the run has not measured it. */
  find(measured: Measured): Finding | undefined;
}

/** A subject's time in times of the row's reference. */
export function toReference(row: RowName, subject: string): Bar['find'] {
  return ({ results }) => {
    const found = rowOf(results, row).find((result) => result.subject === subject);
    return found && { measured: found.ratio, note: '' };
  };
}

/** One subject's time in times of another's. */
export function toSubject(row: RowName, subject: string, other: string): Bar['find'] {
  return ({ results }) => {
    const [found, reference] = [subject, other].map((name) => rowOf(results, row).find((one) => one.subject === name));
    return found && reference && { measured: timesOf(found, reference), note: '' };
  };
}

/** The slowest of our subjects that `isMeant`, in times of the row's reference. */
export function slowestToReference(row: RowName, isMeant: (subject: string) => boolean): Bar['find'] {
  return ({ results }) => {
    const slowest = rowOf(results, row)
      .filter(({ subject }) => isMeant(subject))
      .toSorted((a, b) => b.ratio.median - a.ratio.median)[0];
    return slowest && { measured: slowest.ratio, note: slowest.subject };
  };
}

/** How many times as long as `subject` the fastest peer takes, of those that give what `isMeant` asks for. */
export function fasterThanPeers(row: RowName, subject: string, isMeant: (gives: Gives) => boolean): Bar['find'] {
  return ({ groups, results }) => {
    const group = groups.find(({ name }) => name === row.group);
    const peers = group?.subjects.filter(({ name, isOurs, gives }) => {
      return !isOurs && name !== group.reference && isMeant(gives);
    });
    const ours = rowOf(results, row).find((result) => result.subject === subject);
    const fastest = rowOf(results, row)
      .filter((result) => peers?.some(({ name }) => name === result.subject))
      .toSorted((a, b) => a.nanoseconds.median - b.nanoseconds.median)[0];
    return ours && fastest && { measured: timesOf(fastest, ours), note: fastest.subject };
  };
}

/** A figure of a scenario: its ratio, or the figure itself where the bar is in milliseconds. */
export function figure(scenario: string, what: string, part: 'ratio' | 'measured'): Bar['find'] {
  return ({ scenarios }) => {
    const found = figuresOf(scenarios, scenario).find((one) => one.what === what);
    const measured = found?.[part];
    return measured && { measured, note: '' };
  };
}

function rowOf(results: readonly Result[], { group, value, operation }: RowName): readonly Result[] {
  return results.filter((one) => one.group === group && one.value === value && one.operation === operation);
}

function figuresOf(scenarios: Measured['scenarios'], name: string): readonly Figure[] {
  return scenarios.find((scenario) => scenario.name === name)?.figures ?? [];
}

function timesOf(one: Result, other: Result): Summary {
  return summarize(pairedRatios(one.nanosecondsByRound, other.nanosecondsByRound));
}
