import type { Layout } from '../layout/layout-schema.js';
import { referencesOf } from '../layout/references.js';
import { customLabels } from './definitions.js';
import { comment, node } from './devicetree.js';
import { createScope, type KeymapScope } from './keymap-scope.js';
import { comboNodes, holdTapNodes, inputListenerNodes, layerNodes, macroNodes } from './sections.js';
import { neededSystemBehaviors, SYSTEM_BEHAVIORS, writeSystemBehaviors } from './system-behaviors.js';
import { headersFor } from './zmk.js';

/** To be raised with every change of what {@link compileKeymap} returns: it is part of the cache key of compiled keymaps. */
export const COMPILER_VERSION = '1';

/** Compiles a layout to the text of a ZMK `.keymap`. The same layout always gives the same text. */
export function compileKeymap(layout: Layout): string {
  const scope = createScope(layout);
  const sections = [
    layout.custom_devicetree.trim() === ''
      ? []
      : ['// Custom devicetree, as the layout has it', layout.custom_devicetree],
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
