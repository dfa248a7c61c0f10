import { parseArgs } from 'node:util';
import { EVICTION_POLICIES, type EvictionPolicy } from '@glovebox/cache-core';
import { UsageError } from '../options.js';

export interface HitRateOptions {
  /** Files of traces; none: the generated ones. */
  readonly files: readonly string[];
  /** Entries, or bytes for traces with sizes; none: shares of what the trace needs at most. */
  readonly capacities: readonly number[];
  readonly policies: readonly EvictionPolicy[];
  readonly htmlFile: string | undefined;
  readonly jsonFile: string | undefined;
}

export const USAGE = `pnpm hit-rate [TRACE...] [--capacities N,N,...] [--policies NAME,...] [--html FILE] [--json FILE]

  TRACE              a file of one key, or key,size, a line; .gz is unpacked (generated traces from fixed seeds)
  --capacities N,... entries, or bytes for traces with sizes (shares of all that the trace asks for, from 1 to 50 %)
  --policies NAME,.. of ${EVICTION_POLICIES.join(', ')} (all that evict)
  --html FILE        a page with a plot for each trace
  --json FILE        the hit rates as numbers`;

/** What can be compared: under `ttl` a full cache takes nothing more. */
const EVICTING = EVICTION_POLICIES.filter((policy) => policy !== 'ttl');

/** @throws UsageError */
export function parseOptions(args: readonly string[]): HitRateOptions {
  const { values, positionals } = parse(args);
  return {
    files: positionals,
    capacities: listOf(values.capacities).map(capacity),
    policies: values.policies === undefined ? EVICTING : listOf(values.policies).map(policy),
    htmlFile: values.html,
    jsonFile: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        capacities: { type: 'string' },
        policies: { type: 'string' },
        html: { type: 'string' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((part) => part.trim());
}

function capacity(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--capacities holds ${JSON.stringify(text)}; allowed are whole numbers above 0`);
}

function policy(text: string): EvictionPolicy {
  const known = EVICTING.find((name) => name === text);
  if (known !== undefined) return known;
  throw new UsageError(`--policies holds ${JSON.stringify(text)}; allowed are ${EVICTING.join(', ')}`);
}
