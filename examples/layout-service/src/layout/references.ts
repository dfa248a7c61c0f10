import { type Binding, bindingCells } from './binding.js';
import { fieldName } from './layout-error.js';
import type { Layout } from './layout-schema.js';

/** A place in a layout that names a behaviour. */
export interface Reference {
  readonly field: string;
  /** Without the `&`. */
  readonly name: string;
  /** The cells given with it; `undefined` in a hold-tap, which gets them where it is used. */
  readonly cells: readonly string[] | undefined;
}

/** Every behaviour that a layout names in its layers, combos, macros and hold-taps, with its field. */
export function* referencesOf(layout: Layout): Generator<Reference> {
  for (const [l, keys] of layout.layers.entries()) {
    for (const [k, binding] of keys.entries()) yield bindingReference(['layers', l, k], binding);
  }
  for (const [i, { binding }] of layout.combos.entries()) yield bindingReference(['combos', i, 'binding'], binding);
  for (const [i, { bindings }] of layout.macros.entries()) {
    for (const [step, binding] of bindings.entries()) yield bindingReference(['macros', i, 'bindings', step], binding);
  }
  for (const [i, { bindings }] of layout.holdTaps.entries()) {
    for (const [side, value] of bindings.entries()) {
      yield { field: fieldName(['holdTaps', i, 'bindings', side]), name: value.slice(1), cells: undefined };
    }
  }
}

function bindingReference(path: readonly PropertyKey[], { value, params }: Binding): Reference {
  return { field: fieldName([...path, 'value']), name: value.slice(1), cells: bindingCells(params) };
}
