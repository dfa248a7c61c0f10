import { bindingCells } from '../layout/binding.js';
import type { HoldTap, InputProcessor } from '../layout/layout-schema.js';
import { holdTapNode, macroNode, PLACEHOLDER, shortHoldTapNode } from './behavior-nodes.js';
import { shortCellCount } from './definitions.js';
import { cellProperty, comment, indent, node, phandleProperty, stringProperty } from './devicetree.js';
import type { KeymapScope } from './keymap-scope.js';
import { Labels } from './labels.js';
import { rowsOf, STANDARD_BEHAVIORS } from './zmk.js';

// ZMK has no default for it in hold-taps, and uses this for its own.
const DEFAULT_TAPPING_TERM_MS = 200;

export function macroNodes({ definitions, bind }: KeymapScope): string[] {
  return definitions.macros.flatMap(({ label, macro }) => [
    ...comment(macro.description),
    ...macroNode(label, macro.params.length, macro.bindings.map(bind), [
      ...optional('wait-ms', macro.waitMs),
      ...optional('tap-ms', macro.tapMs),
    ]),
  ]);
}

export function holdTapNodes({ definitions, reference, cellCounts }: KeymapScope): string[] {
  return definitions.holdTaps.flatMap(({ label, holdTap }) => {
    const [hold, tap] = holdTap.bindings;
    // Of several definitions of one name only the first is ever used.
    const isUsed = definitions.labelByName.get(holdTap.name) === label;
    const cells = isUsed ? shortCellCount(cellCounts.get(holdTap.name)) : undefined;
    const holdTapLabel = cells === undefined ? label : definitions.labels.claim(`${label}_hold_tap`);
    return [
      ...comment(holdTap.description),
      ...holdTapNode(holdTapLabel, holdTapProperties(holdTap), reference(hold), reference(tap)),
      ...(cells === undefined ? [] : shortHoldTapNode(label, holdTapLabel, cells, shortValues(cells, hold))),
    ];
  });
}

function holdTapProperties(holdTap: HoldTap): string[] {
  const positions = holdTap.holdTriggerKeyPositions;
  return [
    ...(holdTap.flavor ? [stringProperty('flavor', holdTap.flavor)] : []),
    cellProperty('tapping-term-ms', [holdTap.tappingTermMs ?? DEFAULT_TAPPING_TERM_MS]),
    ...optional('quick-tap-ms', holdTap.quickTapMs),
    ...optional('require-prior-idle-ms', holdTap.requirePriorIdleMs),
    ...(positions.length > 0 ? [cellProperty('hold-trigger-key-positions', positions)] : []),
    ...(holdTap.holdTriggerOnRelease ? ['hold-trigger-on-release;'] : []),
    ...(holdTap.holdWhileUndecided ? ['hold-while-undecided;'] : []),
    ...(holdTap.retroTap ? ['retro-tap;'] : []),
  ];
}

/** A lone parameter belongs to the behaviour that takes one: to the one for tap only if the one for hold takes none. */
function shortValues(cells: 0 | 1, hold: string): [hold: string, tap: string] {
  if (cells === 0) return ['0', '0'];
  return STANDARD_BEHAVIORS.get(hold.slice(1))?.max === 0 ? ['0', PLACEHOLDER] : [PLACEHOLDER, '0'];
}

export function comboNodes({ layout, bind }: KeymapScope): string[] {
  if (layout.combos.length === 0) return [];
  const names = new Labels();
  const nodes = layout.combos.flatMap((combo) => [
    ...comment(combo.description),
    ...node(names.claim(`combo_${combo.name}`), [
      ...optional('timeout-ms', combo.timeoutMs),
      ...optional('require-prior-idle-ms', combo.requirePriorIdleMs),
      ...(combo.slowRelease ? ['slow-release;'] : []),
      cellProperty('key-positions', combo.keyPositions),
      // Without the property ZMK takes every layer.
      ...(combo.layers.length > 0 && !combo.layers.includes(-1) ? [cellProperty('layers', combo.layers)] : []),
      ...phandleProperty('bindings', [bind(combo.binding)]),
    ]),
  ]);
  return [stringProperty('compatible', 'zmk,combos'), ...nodes];
}

export function inputListenerNodes({ layout, reference }: KeymapScope): string[] {
  const processors = (list: readonly InputProcessor[]): string[] => {
    const cells = list.map(({ code, params }) =>
      [reference(code), ...bindingCells(params.map((value) => ({ value, params: [] })))].join(' '),
    );
    return cells.length === 0 ? [] : phandleProperty('input-processors', cells);
  };
  return layout.inputListeners.flatMap((listener) => {
    const names = new Labels();
    return node(reference(listener.code), [
      ...processors(listener.inputProcessors),
      ...listener.nodes.flatMap((override) => [
        ...comment(override.description === override.code ? '' : override.description),
        // The editor calls it LAYER_<name>: that is the layer's number to the preprocessor.
        ...node(names.claim(override.code.replace(/^LAYER_/, 'layer_')), [
          cellProperty('layers', override.layers),
          ...processors(override.inputProcessors),
          ...(override.processNext ? ['process-next;'] : []),
        ]),
      ]),
    ]);
  });
}

export function layerNodes({ layout, definitions, bind }: KeymapScope): string[] {
  const nodes = layout.layers.flatMap((keys, i) =>
    node(`layer_${definitions.layerIds[i]}`, [
      stringProperty('display-name', layout.layer_names[i] ?? ''),
      'bindings = <',
      ...indent(grid(keys.map(bind), rowsOf(layout.keyboard, keys.length))),
      '>;',
    ]),
  );
  return [stringProperty('compatible', 'zmk,keymap'), ...nodes];
}

/** One row of keys a line, padded so that columns line up. */
function grid(keys: readonly string[], rows: readonly number[]): string[] {
  const lines: string[][] = [];
  let start = 0;
  for (const width of rows) {
    lines.push(keys.slice(start, start + width));
    start += width;
  }
  const widths: number[] = [];
  for (const line of lines) {
    for (const [column, key] of line.entries()) widths[column] = Math.max(widths[column] ?? 0, key.length);
  }
  return lines.map((line) =>
    line
      .map((key, column) => key.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function optional(name: string, value: number | null | undefined): string[] {
  return value === null || value === undefined || value < 0 ? [] : [cellProperty(name, [value])];
}
