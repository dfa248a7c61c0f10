import { type Binding, bindingCells } from './binding.js';
import { cellCountsInUse, customLabels, type Definitions, defineBehaviors } from './definitions.js';
import { comment, node } from './devicetree.js';
import type { Layout } from './layout-schema.js';
import { referencesOf } from './references.js';
import { comboNodes, holdTapNodes, inputListenerNodes, layerNodes, macroNodes } from './sections.js';
import { neededSystemBehaviors, SYSTEM_BEHAVIORS, writeSystemBehaviors } from './system-behaviors.js';
import { headersFor } from './zmk.js';

/** To be raised with every change of what {@link compileKeymap} returns: it is part of the cache key of compiled keymaps. */
export const COMPILER_VERSION = '1';

/** What the sections of a keymap share while they are written. */
export interface KeymapScope {
  readonly layout: Layout;
  readonly definitions: Definitions;
  readonly cellCounts: ReadonlyMap<string, ReadonlySet<number>>;
  /** `&label` for `&name`. */
  reference(value: string): string;
  /** A binding in ZMK's notation: `&kp LC(LS(A))`. */
  bind(binding: Binding): string;
}

/** Compiles a layout to the text of a ZMK `.keymap`. The same layout always gives the same text. */
export function compileKeymap(layout: Layout): string {
  const scope = createScope(layout);
  const sections = [
    layout.custom_devicetree.trim() === '' ? [] : ['// Custom devicetree, as the layout has it', layout.custom_devicetree],
    inputListenerNodes(scope),
    systemNodes(scope),
    layout.custom_defined_behaviors.trim() === ''
      ? []
      : ['// Custom behaviors, as the layout has them', '/ {', layout.custom_defined_behaviors, '};'],
    inRoot('macros', macroNodes(scope)),
    inRoot('behaviors', holdTapNodes(scope)),
    inRoot('combos', comboNodes(scope)),
    inRoot('keymap', layerNodes(scope)),
  ];
  const body = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  const includes = headersFor(body.join('\n')).map((path) => `#include <${path}>\n`);
  const defines = scope.definitions.layerIds.map((id, i) => `#define LAYER_${id} ${i}\n`);
  return [`${title(layout).join('\n')}\n`, includes.join(''), defines.join(''), ...body].join('\n');
}

function title({ title, creator, keyboard, notes }: Layout): string[] {
  const by = creator === '' ? '' : ` by ${creator}`;
  return [...comment(`${title || 'A layout'} for ${keyboard}${by}`.replace(/\s+/g, ' ')), ...comment(notes)];
}

function inRoot(name: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : node('/', node(name, body));
}

function createScope(layout: Layout): KeymapScope {
  const definitions = defineBehaviors(layout);
  const reference = (value: string) => `&${definitions.labelByName.get(value.slice(1)) ?? value.slice(1)}`;
  return {
    layout,
    definitions,
    cellCounts: cellCountsInUse(layout),
    reference,
    bind: ({ value, params }) => [reference(value), ...bindingCells(params)].join(' '),
  };
}

function systemNodes({ layout, definitions, cellCounts }: KeymapScope): string[] {
  const custom = customLabels(layout);
  const isDefined = (name: string) => definitions.labelByName.has(name) || custom.has(name);
  const used = new Set(Array.from(referencesOf(layout), ({ name }) => name).filter((name) => !isDefined(name)));
  const names = [...neededSystemBehaviors(used)].filter((name) => !isDefined(name) && SYSTEM_BEHAVIORS.has(name));
  for (const name of names) definitions.labels.claim(name);
  const layer = (name: string) => {
    const index = layout.layer_names.indexOf(name);
    return index < 0 ? '0' : `LAYER_${definitions.layerIds[index]}`;
  };
  const cellsOf = (name: string) => Math.max(0, ...(cellCounts.get(name) ?? []));
  return writeSystemBehaviors(names, { labels: definitions.labels, layer }, cellsOf);
}
