import type { Report, Result } from '../src/results.js';
import type { Figure, Scenario } from '../src/scenarios/scenario.js';
import { pairedRatios, summarize } from '../src/statistics.js';
import { groups } from '../src/subjects/index.js';

/** Rounds of a row of the tables by subject, in nanoseconds; the reference first. */
export function row(
  group: string,
  value: string,
  operation: string,
  rounds: Readonly<Record<string, readonly number[]>>,
): readonly Result[] {
  const [reference = []] = Object.values(rounds);
  return Object.entries(rounds).map(([subject, nanosecondsByRound]) => ({
    group,
    value,
    operation,
    subject,
    operationsPerRound: 1,
    nanosecondsByRound,
    nanoseconds: summarize(nanosecondsByRound),
    ratio: summarize(pairedRatios(nanosecondsByRound, reference)),
  }));
}

/** A figure whose rounds had these values, in the rounds of those that it is held against. */
export function figure(
  what: string,
  unit: Figure['unit'],
  values: readonly number[],
  against?: readonly number[],
): Figure {
  const ratio = against === undefined ? undefined : summarize(pairedRatios(values, against));
  return { what, unit, measured: summarize(values), ratio };
}

export function scenario(
  { name, title, axes }: Pick<Scenario, 'name' | 'title' | 'axes'>,
  figures: readonly Figure[],
): Report['scenarios'][number] {
  return { name, title, axes, figures };
}

/** A run that measured only what is given. */
export function report(measured: Partial<Report>): Report {
  return {
    format: 2,
    startedAt: '2026-01-02T03:04:05.678Z',
    isQuick: false,
    machine: {
      node: '24.0.0',
      v8: '13',
      system: 'linux 6 x64',
      processor: 'a <fast> one',
      cores: 2,
      fileSystem: 'ext4',
      loadAverage: 0,
    },
    groups: groups.map(({ name, title, reference, others }) => ({
      name,
      title,
      reference: reference.name,
      subjects: [reference, ...others].map((subject) => ({
        name: subject.name,
        isOurs: subject.isOurs === true,
        gives: subject.gives,
      })),
    })),
    leftOut: [],
    failures: [],
    results: [],
    distributions: [],
    scenarios: [],
    bars: [],
    ...measured,
  };
}
