import { isIdentifier } from '../keymap/labels.js';
import { STANDARD_BEHAVIORS } from '../keymap/zmk.js';
import type { LayoutProblem } from './layout-error.js';
import type { Layout } from './layout-schema.js';
import { referencesOf } from './references.js';

/** What a schema cannot see, because it takes two fields to be wrong: the problems, none for a sound layout. */
export function findProblems(layout: Layout): LayoutProblem[] {
  return [...layerProblems(layout), ...positionProblems(layout), ...nameProblems(layout)];
}

function* layerProblems({ layers, layer_names, combos, inputListeners }: Layout): Generator<LayoutProblem> {
  if (layer_names.length !== layers.length) {
    yield {
      field: 'layer_names',
      found: `a list of ${layer_names.length}`,
      allowed: `one name for each of the ${layers.length} in layers`,
    };
  }
  if (layers.every((keys) => keys.length === 0)) {
    yield { field: 'layers[0]', found: 'a list of 0', allowed: 'at least one binding' };
  }
  const last = layers.length - 1;
  for (const [i, combo] of combos.entries()) {
    yield* outOfRange(`combos[${i}].layers`, combo.layers, last, `0 to ${last}, or -1 for all layers`);
  }
  for (const [i, { nodes }] of inputListeners.entries()) {
    for (const [n, node] of nodes.entries()) {
      yield* outOfRange(`inputListeners[${i}].nodes[${n}].layers`, node.layers, last, `0 to ${last}`);
    }
  }
}

function* positionProblems({ layers, combos, holdTaps }: Layout): Generator<LayoutProblem> {
  const last = Math.max(...layers.map((keys) => keys.length)) - 1;
  const allowed = `0 to ${last}, the keys of the layers`;
  for (const [i, { keyPositions }] of combos.entries()) {
    yield* outOfRange(`combos[${i}].keyPositions`, keyPositions, last, allowed);
  }
  for (const [i, { holdTriggerKeyPositions }] of holdTaps.entries()) {
    yield* outOfRange(`holdTaps[${i}].holdTriggerKeyPositions`, holdTriggerKeyPositions, last, allowed);
  }
}

function* outOfRange(
  field: string,
  values: readonly number[],
  last: number,
  allowed: string,
): Generator<LayoutProblem> {
  for (const [i, value] of values.entries()) {
    if (value > last) yield { field: `${field}[${i}]`, found: String(value), allowed };
  }
}

function* nameProblems(layout: Layout): Generator<LayoutProblem> {
  const defined = new Set([...layout.holdTaps, ...layout.macros].map(({ name }) => name));
  for (const list of ['holdTaps', 'macros'] as const) {
    for (const [i, { name }] of layout[list].entries()) {
      if (!STANDARD_BEHAVIORS.has(name)) continue;
      yield { field: `${list}[${i}].name`, found: `"&${name}"`, allowed: 'a name that ZMK does not define itself' };
    }
  }
  for (const { field, name } of referencesOf(layout)) {
    if (defined.has(name) || isIdentifier(name)) continue;
    yield { field, found: `"&${name}"`, allowed: 'a behaviour of ZMK, or one that this layout defines' };
  }
}
