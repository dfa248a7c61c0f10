import type { HoldTap, Layout, Macro } from '../layout/layout-schema.js';
import { referencesOf } from '../layout/references.js';
import { isIdentifier, Labels } from './labels.js';
import { STANDARD_BEHAVIORS } from './zmk.js';

/** The behaviours that a layout defines, with the labels they get in the keymap. */
export interface Definitions {
  /** Knows every label in use, so that further nodes get others. */
  readonly labels: Labels;
  /** One identifier a layer, unique; `LAYER_` before it names the layer's number to the preprocessor. */
  readonly layerIds: readonly string[];
  readonly holdTaps: readonly { readonly label: string; readonly holdTap: HoldTap }[];
  readonly macros: readonly { readonly label: string; readonly macro: Macro }[];
  /** The label of a name; of the first definition if several share the name. */
  readonly labelByName: ReadonlyMap<string, string>;
  /** What became of names that devicetree does not take, or that came twice. */
  readonly warnings: readonly string[];
}

/** Gives every layer, hold-tap and macro an identifier that is valid and unique. */
export function defineBehaviors(layout: Layout): Definitions {
  const labels = new Labels();
  for (const name of STANDARD_BEHAVIORS.keys()) labels.claim(name);
  for (const name of customLabels(layout)) labels.claim(name);
  const layerLabels = new Labels();
  const layerIds = layout.layer_names.map((name) => layerLabels.claim(name));
  // The preprocessor would put the number in place of a label of that name.
  for (const id of layerIds) labels.claim(`LAYER_${id}`);
  const labelByName = new Map<string, string>();
  const warnings: string[] = [];
  const define = (field: string, name: string): string => {
    const label = labels.claim(name);
    if (label !== name) warnings.push(`${field}: "${name}" is called "${label}" in the keymap${reason(name)}`);
    if (!labelByName.has(name)) labelByName.set(name, label);
    return label;
  };
  return {
    labels,
    layerIds,
    holdTaps: layout.holdTaps.map((holdTap, i) => ({ label: define(`holdTaps[${i}].name`, holdTap.name), holdTap })),
    macros: layout.macros.map((macro, i) => ({ label: define(`macros[${i}].name`, macro.name), macro })),
    labelByName,
    warnings,
  };
}

function reason(name: string): string {
  return isIdentifier(name) ? ', because the name is taken' : ', because devicetree does not take the name';
}

/** Labels that the file's own devicetree defines: `name:` before a node, or the name of a ZMK helper macro's call. */
export function customLabels(layout: Layout): Set<string> {
  const text = customText(layout);
  const labels = new Set<string>();
  for (const [, label] of text.matchAll(/\b([A-Za-z_][A-Za-z0-9_]*)\s*:/g)) if (label) labels.add(label);
  for (const [, label] of text.matchAll(/\bZMK_\w+\s*\(\s*([A-Za-z_][A-Za-z0-9_]*)/g)) if (label) labels.add(label);
  return labels;
}

/** Whether the file's own devicetree holds the word at all, and so may define it, by means that only ZMK can follow. */
export function mayBeCustom(layout: Layout, name: string): boolean {
  return isIdentifier(name) && new RegExp(`\\b${name}\\b`).test(customText(layout));
}

function customText({ custom_devicetree, custom_defined_behaviors }: Layout): string {
  return `${custom_devicetree}\n${custom_defined_behaviors}`.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ' ');
}

/** For each behaviour used with cells, the different numbers of cells it is used with. */
export function cellCountsInUse(layout: Layout): Map<string, Set<number>> {
  const counts = new Map<string, Set<number>>();
  for (const { name, cells } of referencesOf(layout)) {
    if (cells === undefined) continue;
    const seen = counts.get(name) ?? new Set();
    counts.set(name, seen.add(cells.length));
  }
  return counts;
}

/** The one number of cells below two that a hold-tap is used with everywhere, or `undefined`. */
export function shortCellCount(counts: ReadonlySet<number> | undefined): 0 | 1 | undefined {
  if (counts?.size !== 1) return undefined;
  if (counts.has(0)) return 0;
  return counts.has(1) ? 1 : undefined;
}
