import type { Layout } from '../layout/layout-schema.js';
import { referencesOf } from '../layout/references.js';
import { cellCountsInUse, customLabels, defineBehaviors, mayBeCustom, shortCellCount } from './definitions.js';
import { SYSTEM_BEHAVIORS } from './system-behaviors.js';
import { type CellCount, LAYER_BEHAVIORS, STANDARD_BEHAVIORS } from './zmk.js';

/** What the firmware build or the keyboard's owner may stumble over, though the layout can be compiled. */
export function findWarnings(layout: Layout): string[] {
  return [...unevenLayers(layout), ...defineBehaviors(layout).warnings, ...systemLayers(layout), ...references(layout)];
}

function* unevenLayers({ layers, layer_names }: Layout): Generator<string> {
  const most = Math.max(...layers.map((keys) => keys.length));
  for (const [i, keys] of layers.entries()) {
    if (keys.length === most) continue;
    yield `layers[${i}] ("${layer_names[i]}") has ${keys.length} keys, others have ${most}`;
  }
}

function* systemLayers(layout: Layout): Generator<string> {
  const used = new Set(Array.from(referencesOf(layout), ({ name }) => name));
  const known = definedNames(layout);
  for (const [name, { layer }] of SYSTEM_BEHAVIORS) {
    if (layer === undefined || !used.has(name) || known.has(name) || layout.layer_names.includes(layer)) continue;
    yield `&${name} goes to the layer "${layer}", which this layout lacks; it goes to layer 0 instead`;
  }
}

function* references(layout: Layout): Generator<string> {
  const expected = cellCounts(layout);
  const known = definedNames(layout);
  const unknown = new Map<string, string>();
  for (const { field, name, cells } of referencesOf(layout)) {
    const count = expected.get(name);
    if (count === undefined) {
      if (!known.has(name) && !SYSTEM_BEHAVIORS.has(name) && !mayBeCustom(layout, name) && !unknown.has(name)) {
        unknown.set(name, field);
      }
    } else if (cells && (cells.length < count.min || cells.length > count.max)) {
      yield `${field}: &${name} takes ${describe(count)}, the layout gives ${cells.length}`;
    }
    const layer = LAYER_BEHAVIORS.has(name) ? Number(cells?.[0]) : 0;
    if (layer >= layout.layers.length) yield `${field}: &${name} goes to layer ${layer}, which does not exist`;
  }
  for (const [name, field] of unknown) yield `${field}: &${name} is defined neither by ZMK nor by this layout`;
}

function definedNames(layout: Layout): Set<string> {
  return new Set([...[...layout.holdTaps, ...layout.macros].map(({ name }) => name), ...customLabels(layout)]);
}

function cellCounts(layout: Layout): Map<string, CellCount> {
  const used = cellCountsInUse(layout);
  const counts = new Map(STANDARD_BEHAVIORS);
  for (const { name, params } of layout.macros.toReversed()) {
    counts.set(name, { min: params.length, max: params.length });
  }
  for (const { name } of layout.holdTaps.toReversed()) {
    const count = shortCellCount(used.get(name)) ?? 2;
    counts.set(name, { min: count, max: count });
  }
  return counts;
}

function describe({ min, max }: CellCount): string {
  return min === max ? `${min} parameter${min === 1 ? '' : 's'}` : `${min} to ${max} parameters`;
}
