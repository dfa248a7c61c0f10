import type { Layout } from './layout-schema.js';

/** What a layout holds, in numbers. */
export interface LayoutSummary {
  readonly keyboard: string;
  readonly title: string;
  readonly layers: number;
  /** Bindings over all layers. */
  readonly keys: number;
  readonly holdTaps: number;
  readonly combos: number;
  readonly macros: number;
  readonly inputListeners: number;
}

export function summarizeLayout(layout: Layout): LayoutSummary {
  return {
    keyboard: layout.keyboard,
    title: layout.title,
    layers: layout.layers.length,
    keys: layout.layers.reduce((sum, keys) => sum + keys.length, 0),
    holdTaps: layout.holdTaps.length,
    combos: layout.combos.length,
    macros: layout.macros.length,
    inputListeners: layout.inputListeners.length,
  };
}
