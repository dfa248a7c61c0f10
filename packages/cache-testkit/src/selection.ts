import { CacheError, nearestName } from '@glovebox/cache-core';
import { CHECK_GROUPS, type Check, type CheckGroup } from './check.js';
import { CHECKS } from './checks/index.js';
import { CONFIGURATIONS, type ConfigurationName } from './configurations.js';
import type { ConformanceTarget } from './target.js';

/** Which checks to run, in which configurations. */
export interface CheckSelection {
  /** @default all */
  readonly groups?: readonly CheckGroup[];
  /** Ids of checks. @default all of the groups */
  readonly checks?: readonly string[];
  /** @default both */
  readonly configurations?: readonly ConfigurationName[];
}

/** A check in a configuration. */
export interface CheckRun {
  readonly check: Check;
  readonly configuration: ConfigurationName;
}

/** The checks selected, in each configuration selected in which they run. @throws CacheError `CACHE_INVALID_CONFIG` */
export function selectRuns(selection: CheckSelection): CheckRun[] {
  const checks = selectChecks(selection);
  return selectConfigurations(selection).flatMap((configuration) =>
    checks.filter((check) => check.configurations.includes(configuration)).map((check) => ({ check, configuration })),
  );
}

/** @throws CacheError `CACHE_INVALID_CONFIG` for a name that does not exist, with the nearest one */
export function selectChecks({ groups, checks }: CheckSelection): readonly Check[] {
  for (const group of groups ?? []) checkName('group', group, CHECK_GROUPS);
  for (const id of checks ?? []) checkName('check', id, ids());
  return CHECKS.filter(({ id, group }) => (groups?.includes(group) ?? true) && (checks?.includes(id) ?? true));
}

/**
 * A path leads through the draws of one check in one configuration.
 * @throws CacheError `CACHE_INVALID_CONFIG` if more are selected
 */
export function checkPath({ path, checks, configurations }: CheckSelection & { readonly path?: string }): void {
  if (path === undefined || (checks?.length === 1 && configurations?.length === 1)) return;
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    `the path '${path}' needs the one check and the one configuration it was found in`,
  );
}

/** @throws CacheError `CACHE_INVALID_CONFIG` */
function selectConfigurations({ configurations }: CheckSelection): readonly ConfigurationName[] {
  for (const name of configurations ?? []) checkName('configuration', name, CONFIGURATIONS);
  return configurations ?? CONFIGURATIONS;
}

/**
 * A skip that names no check, or gives no reason, would hide a broken promise.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function checkTarget({ name, skip = {} }: ConformanceTarget): void {
  for (const [id, reason] of Object.entries(skip)) {
    checkName(`check to skip in '${name}'`, id, ids());
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new CacheError('CACHE_INVALID_CONFIG', `'${name}' skips '${id}' without a reason`);
    }
  }
}

function ids(): string[] {
  return CHECKS.map(({ id }) => id);
}

function checkName(what: string, name: string, allowed: readonly string[]): void {
  if (allowed.includes(name)) return;
  const nearest = nearestName(name, allowed);
  const advice = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
  throw new CacheError('CACHE_INVALID_CONFIG', `there is no ${what} named '${name}'${advice}`);
}
