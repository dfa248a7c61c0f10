import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileKeymap, parseLayout } from '../src/index.js';
import { realLayouts, shippedLayouts } from './support/layout-files.js';
import { binding, compile, makeLayout } from './support/make-layout.js';

const noCompiler =
  spawnSync('dtc', ['--version']).status === 0
    ? undefined
    : "the devicetree compiler is not installed (Debian's device-tree-compiler)";

// What ZMK's behaviors.dtsi and processors.dtsi label, as far as the layouts use it.
const zmkLabels = `kp kt sk sl mo to tog mkp mmv msc out ext_power mt lt bt rgb_ug bl trans none gresc caps_word
  key_repeat sys_reset bootloader macro_tap macro_press macro_release macro_pause_for_release macro_param_1to1
  macro_param_1to2 macro_param_2to1 macro_param_2to2 macro_tap_time macro_wait_time mmv_input_listener
  msc_input_listener zip_xy_scaler zip_scroll_scaler`.split(/\s+/);

/** What dtc says of a keymap whose headers and key names are replaced, since ZMK's are not here: nothing if it is sound. */
function complaints(keymap: string): string {
  const source = keymap
    .replace(/^#(?:include|define) .*$/gm, '')
    // Each cell that is no phandle becomes a number.
    .replace(/<[^<>]*>/g, (cells) =>
      cells.replace(/&?\b[A-Za-z]\w*(?:\([^\s<>]*\))?/g, (cell) => (cell.startsWith('&') ? cell : '0')),
    )
    .replace(/<\(0\|0\)>/g, '<0>');
  const labels = zmkLabels.map((label) => `${label}: zmk_${label} { };`).join(' ');
  const input = `/dts-v1/;\n/ { ${labels} };\n${source}`;
  const { status, stderr } = spawnSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', '/dev/null', '-'], {
    input,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stderr}\n${source}`;
}

describe('the devicetree compiler takes the keymap: syntax, labels used once, references that lead somewhere', () => {
  it.for([...shippedLayouts, ...realLayouts])('of $name', ({ path }, { skip }) => {
    skip(noCompiler !== undefined, noCompiler);
    expect(complaints(compileKeymap(parseLayout(path, readFileSync(path))))).toBe('');
  });

  it('of a layout with hostile texts and names', ({ skip }) => {
    skip(noCompiler !== undefined, noCompiler);
    const text = '*/ }; "\\\n#x ??/\n\\';
    const keymap = compile(
      makeLayout({
        title: text,
        notes: text,
        layer_names: [text, text],
        layers: [
          [binding('&1 Ü.x', 'A', 'B')],
          [binding('&lower'), binding('&magic'), binding('&bt_0'), binding('&reset')],
        ],
        holdTaps: ['1 Ü.x', '1_Ü_x', 'bt_select_0'].map((name) => ({
          name,
          description: text,
          bindings: ['&kp', '&kp'],
        })),
        macros: ['magic_hold_tap', '1 Ü.x'].map((name) => ({ name, description: text, bindings: [binding('&trans')] })),
        combos: ['a b', 'a-b'].map((name) => ({
          name,
          description: text,
          keyPositions: [0],
          binding: binding('&trans'),
        })),
      }),
    );
    expect(complaints(keymap)).toBe('');
  });

  it('and not of one that uses what nobody defines', ({ skip }) => {
    skip(noCompiler !== undefined, noCompiler);
    expect(complaints(compile(makeLayout({ layers: [[binding('&nobody')], []] })))).toMatch(/nobody/);
  });
});
