/** How many cells a behaviour takes, in the notation of a keymap. */
export interface CellCount {
  readonly min: number;
  readonly max: number;
}

const exactly = (count: number): CellCount => ({ min: count, max: count });

// Commands such as BT_CLR are preprocessor names that stand for two cells, BT_SEL for one.
const command: CellCount = { min: 1, max: 2 };

/** Behaviours that ZMK's `behaviors.dtsi` defines, without the `&`. */
export const STANDARD_BEHAVIORS: ReadonlyMap<string, CellCount> = new Map([
  ...['kp', 'kt', 'sk', 'sl', 'mo', 'to', 'tog', 'mkp', 'mmv', 'msc', 'out', 'ext_power'].map(cells(exactly(1))),
  ...['mt', 'lt'].map(cells(exactly(2))),
  ...['bt', 'rgb_ug', 'bl'].map(cells(command)),
  ...['trans', 'none', 'gresc', 'caps_word', 'key_repeat', 'sys_reset', 'bootloader', 'soft_off', 'studio_unlock'].map(
    cells(exactly(0)),
  ),
  ...['macro_tap', 'macro_press', 'macro_release', 'macro_pause_for_release'].map(cells(exactly(0))),
  ...['macro_param_1to1', 'macro_param_1to2', 'macro_param_2to1', 'macro_param_2to2'].map(cells(exactly(0))),
  ...['macro_tap_time', 'macro_wait_time'].map(cells(exactly(1))),
  ...['inc_dec_kp'].map(cells(exactly(2))),
]);

function cells(count: CellCount): (name: string) => [string, CellCount] {
  return (name) => [name, count];
}

/** Behaviours whose first cell is a layer number. */
export const LAYER_BEHAVIORS: ReadonlySet<string> = new Set(['mo', 'to', 'tog', 'sl', 'lt']);

/** Keys a row, from the far side of the keyboard to the thumbs, for keyboards known by name; for legible output only. */
const ROWS: ReadonlyMap<string, readonly number[]> = new Map([
  ['glove80', [10, 12, 12, 12, 18, 16]],
  ['corne', [12, 12, 12, 6]],
  ['sofle', [12, 12, 12, 14, 10]],
]);

const DEFAULT_ROW = 12;

/** Cuts a layer of `count` keys into rows; an unknown keyboard gets rows of twelve. */
export function rowsOf(keyboard: string, count: number): number[] {
  const rows: number[] = [];
  let left = count;
  for (const row of ROWS.get(keyboard.toLowerCase()) ?? []) {
    const width = Math.min(row, left);
    if (width > 0) rows.push(width);
    left -= width;
  }
  for (; left > 0; left -= DEFAULT_ROW) rows.push(Math.min(DEFAULT_ROW, left));
  return rows;
}

const HEADERS: readonly { readonly path: string; readonly usedBy: RegExp }[] = [
  { path: 'behaviors.dtsi', usedBy: /&/ },
  { path: 'input/processors.dtsi', usedBy: /&zip_/ },
  { path: 'dt-bindings/zmk/keys.h', usedBy: /&(?!trans\b|none\b)/ },
  { path: 'dt-bindings/zmk/bt.h', usedBy: /\bBT_[A-Z]/ },
  { path: 'dt-bindings/zmk/outputs.h', usedBy: /\bOUT_[A-Z]/ },
  { path: 'dt-bindings/zmk/rgb.h', usedBy: /\bRGB_[A-Z]/ },
  { path: 'dt-bindings/zmk/backlight.h', usedBy: /\bBL_[A-Z]/ },
  { path: 'dt-bindings/zmk/ext_power.h', usedBy: /\bEP_[A-Z]/ },
  { path: 'dt-bindings/zmk/pointing.h', usedBy: /&(?:mkp|mmv|msc)\b|\b(?:MOVE|SCRL)_[A-Z]/ },
];

/** The headers that the devicetree text needs, judged by the names in it outside of comments. */
export function headersFor(text: string): string[] {
  const code = text.replace(/\/\/.*$/gm, '');
  return HEADERS.filter(({ usedBy }) => usedBy.test(code)).map(({ path }) => path);
}
