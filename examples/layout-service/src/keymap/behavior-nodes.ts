import { cellProperty, node, phandleProperty, stringProperty } from './devicetree.js';

const MACRO_KINDS = ['zmk,behavior-macro', 'zmk,behavior-macro-one-param', 'zmk,behavior-macro-two-param'] as const;

/** A macro node that takes `cells` parameters (0 to 2) and runs the bindings one after the other. */
export function macroNode(
  label: string,
  cells: number,
  bindings: readonly string[],
  timing: readonly string[] = [],
): string[] {
  const kind = MACRO_KINDS[cells];
  if (kind === undefined) throw new RangeError(`A macro takes at most two parameters, not ${cells}`);
  return node(`${label}: ${label}`, [
    stringProperty('compatible', kind),
    cellProperty('#binding-cells', [cells]),
    ...timing,
    ...phandleProperty('bindings', bindings),
  ]);
}

export function tapDanceNode(label: string, bindings: readonly string[]): string[] {
  return node(`${label}: ${label}`, [
    stringProperty('compatible', 'zmk,behavior-tap-dance'),
    cellProperty('#binding-cells', [0]),
    cellProperty('tapping-term-ms', [200]),
    ...phandleProperty('bindings', bindings),
  ]);
}

/** A hold-tap node; ZMK gives its first cell to the behaviour for hold and its second to the one for tap. */
export function holdTapNode(label: string, properties: readonly string[], hold: string, tap: string): string[] {
  return node(`${label}: ${label}`, [
    stringProperty('compatible', 'zmk,behavior-hold-tap'),
    cellProperty('#binding-cells', [2]),
    ...properties,
    `bindings = <${hold}>, <${tap}>;`,
  ]);
}

/**
 * Lets a hold-tap be used with fewer than its two cells: a macro that holds it for as long as the key is held. ZMK
 * reads as many cells as a node declares, so a hold-tap with one would swallow the next key's binding.
 */
export function shortHoldTapNode(
  label: string,
  holdTapLabel: string,
  cells: 0 | 1,
  values: readonly [hold: string, tap: string],
): string[] {
  const forward = cells === 0 ? [] : [values[0] === PLACEHOLDER ? '&macro_param_1to1' : '&macro_param_1to2'];
  const holdTap = [...forward, `&${holdTapLabel} ${values.join(' ')}`];
  return macroNode(
    label,
    cells,
    ['&macro_press', ...holdTap, '&macro_pause_for_release', '&macro_release', ...holdTap],
    [cellProperty('wait-ms', [0]), cellProperty('tap-ms', [0])],
  );
}

/** What stands where a macro puts its own parameter. */
export const PLACEHOLDER = 'MACRO_PLACEHOLDER';
