import { describe, expect, it } from 'vitest';
import { findWarnings } from '../src/index.js';
import { binding, call, compile, makeLayout, oneKey, parse } from './support/make-layout.js';
import {
  allNodes,
  type DtNode,
  readBindings,
  readDevicetree,
  readLayers,
  rootChildren,
} from './support/read-keymap.js';

function nodeOf(keymap: string, header: string): DtNode {
  const found = allNodes(readDevicetree(keymap)).filter((node) => node.header === header);
  const [node] = found;
  if (node === undefined || found.length > 1) throw new Error(`${found.length} nodes ${header} in\n${keymap}`);
  return node;
}

const properties = (keymap: string, header: string) => Object.fromEntries(nodeOf(keymap, header).properties);
const includes = (keymap: string) => Array.from(keymap.matchAll(/^#include <(.*)>$/gm), ([, path]) => path);

describe('a hold-tap', () => {
  it('carries its settings', () => {
    const holdTap = {
      name: '&hrm',
      bindings: ['&kp', '&sk'],
      tappingTermMs: 190,
      quickTapMs: 150,
      requirePriorIdleMs: 100,
      flavor: 'balanced',
      holdTriggerKeyPositions: [0, 2],
      holdTriggerOnRelease: true,
      holdWhileUndecided: true,
      retroTap: true,
    };
    const keymap = compile(oneKey(binding('&hrm', 'LSHFT', 'A'), { ...makeLayout(), holdTaps: [holdTap] }));
    expect(properties(keymap, 'hrm: hrm')).toEqual({
      compatible: '"zmk,behavior-hold-tap"',
      '#binding-cells': '<2>',
      bindings: '<&kp>, <&sk>',
      flavor: '"balanced"',
      'tapping-term-ms': '<190>',
      'quick-tap-ms': '<150>',
      'require-prior-idle-ms': '<100>',
      'hold-trigger-key-positions': '<0 2>',
      'hold-trigger-on-release': '',
      'hold-while-undecided': '',
      'retro-tap': '',
    });
  });

  it('leaves what is not set to ZMK, but for the tapping term, which ZMK demands', () => {
    const keymap = compile(makeLayout({ holdTaps: [{ name: 'h', bindings: ['&mo', '&kp'], quickTapMs: -1 }] }));
    expect(Object.keys(properties(keymap, 'h: h'))).toEqual([
      'compatible',
      '#binding-cells',
      'tapping-term-ms',
      'bindings',
    ]);
  });

  it.each([
    ['&kp', '&caps_word', '&macro_param_1to1', 'MACRO_PLACEHOLDER 0'],
    ['&caps_word', '&kp', '&macro_param_1to2', '0 MACRO_PLACEHOLDER'],
  ])('of %s and %s, used with one parameter, becomes a macro that takes one', (hold, tap, forward, cells) => {
    const keymap = compile(
      oneKey(binding('&short', 'LSHFT'), { holdTaps: [{ name: '&short', bindings: [hold, tap] }] }),
    );
    expect(readLayers(keymap)[0]?.bindings).toEqual(['&short LSHFT']);
    expect(properties(keymap, 'short_hold_tap: short_hold_tap')['#binding-cells']).toBe('<2>');
    const macro = properties(keymap, 'short: short');
    expect(macro).toMatchObject({ compatible: '"zmk,behavior-macro-one-param"', '#binding-cells': '<1>' });
    expect(readBindings(macro.bindings ?? '')).toEqual([
      '&macro_press',
      forward,
      `&short_hold_tap ${cells}`,
      '&macro_pause_for_release',
      '&macro_release',
      forward,
      `&short_hold_tap ${cells}`,
    ]);
  });

  it('used with different numbers of parameters stays as it is, with a warning', () => {
    const layout = makeLayout({
      layer_names: ['A'],
      layers: [[binding('&h', 'A'), binding('&h', 'A', 'B')]],
      holdTaps: [{ name: '&h', bindings: ['&kp', '&kp'] }],
    });
    expect(properties(compile(layout), 'h: h')['#binding-cells']).toBe('<2>');
    expect(findWarnings(parse(layout))).toEqual(['layers[0][0].value: &h takes 2 parameters, the layout gives 1']);
  });
});

describe('a macro', () => {
  it.each([
    [[], '"zmk,behavior-macro"', '<0>'],
    [['code'], '"zmk,behavior-macro-one-param"', '<1>'],
    [['code', 'layer'], '"zmk,behavior-macro-two-param"', '<2>'],
  ])('with the parameters %j', (params, compatible, cells) => {
    const steps = [binding('&macro_param_1to1'), binding('&kp', 'MACRO_PLACEHOLDER'), binding('&kp', call('LC', 'V'))];
    const keymap = compile(makeLayout({ macros: [{ name: '&m', params, waitMs: 0, tapMs: 25, bindings: steps }] }));
    const { bindings = '', ...others } = properties(keymap, 'm: m');
    expect(others).toEqual({ compatible, '#binding-cells': cells, 'wait-ms': '<0>', 'tap-ms': '<25>' });
    expect(readBindings(bindings)).toEqual(['&macro_param_1to1', '&kp MACRO_PLACEHOLDER', '&kp LC(V)']);
  });
});

describe('a combo', () => {
  const combo = { name: 'esc', timeoutMs: 40, keyPositions: [0, 2], binding: binding('&kp', call('LS', 'A')) };

  it('is a node with its keys and layers', () => {
    const keymap = compile(
      makeLayout({ combos: [{ ...combo, layers: [0, 1], slowRelease: true, requirePriorIdleMs: 90 }] }),
    );
    expect(properties(keymap, 'combos')).toEqual({ compatible: '"zmk,combos"' });
    expect(properties(keymap, 'combo_esc')).toEqual({
      'timeout-ms': '<40>',
      'require-prior-idle-ms': '<90>',
      'slow-release': '',
      'key-positions': '<0 2>',
      layers: '<0 1>',
      bindings: '<&kp LS(A)>',
    });
  });

  it.each([[[-1]], [[]], [[0, -1]], [null]])('of the layers %j is one of all layers', (layers) => {
    expect(properties(compile(makeLayout({ combos: [{ ...combo, layers }] })), 'combo_esc')).not.toHaveProperty(
      'layers',
    );
  });
});

it('an input listener is a reference with its processors, and a node for each override', () => {
  const keymap = compile(
    makeLayout({
      inputListeners: [
        {
          code: '&mmv_input_listener',
          inputProcessors: [
            { code: '&zip_xy_scaler', params: [2, 1] },
            { code: '&zip_x', params: ['INPUT_X'] },
          ],
          nodes: [
            {
              code: 'LAYER_Upper',
              layers: [1],
              inputProcessors: [{ code: '&zip_xy_scaler', params: [1, 9] }],
              processNext: true,
            },
            { code: 'LAYER_Upper', layers: [0, 1], inputProcessors: [] },
          ],
        },
      ],
    }),
  );
  const listener = nodeOf(keymap, '&mmv_input_listener');
  expect(readBindings(listener.properties.get('input-processors') ?? '')).toEqual([
    '&zip_xy_scaler 2 1',
    '&zip_x INPUT_X',
  ]);
  // LAYER_Upper is a number to the preprocessor, and so no name for a node.
  expect(listener.children.map(({ header, properties }) => [header, Object.fromEntries(properties)])).toEqual([
    ['layer_Upper', { layers: '<1>', 'input-processors': '<&zip_xy_scaler 1 9>', 'process-next': '' }],
    ['layer_Upper_2', { layers: '<0 1>' }],
  ]);
  expect(includes(keymap)).toContain('input/processors.dtsi');
});

it('the file includes the headers that it needs, and no others', () => {
  expect(includes(compile(makeLayout()))).toEqual(['behaviors.dtsi', 'dt-bindings/zmk/keys.h']);
  const keys = [
    binding('&bt', 'BT_CLR'),
    binding('&out', 'OUT_USB'),
    binding('&mkp', 'LCLK'),
    binding('&ext_power', 'EP_ON'),
  ];
  expect(includes(compile(makeLayout({ layers: [keys, keys] })))).toEqual([
    'behaviors.dtsi',
    'dt-bindings/zmk/keys.h',
    'dt-bindings/zmk/bt.h',
    'dt-bindings/zmk/outputs.h',
    'dt-bindings/zmk/ext_power.h',
    'dt-bindings/zmk/pointing.h',
  ]);
});

it('custom devicetree goes to the top level and custom behaviors below the root, verbatim', () => {
  const keymap = compile(
    makeLayout({
      custom_devicetree: '&sk { quick-release; };',
      custom_defined_behaviors: 'behaviors { own: own { label = "RGB_X"; }; };',
      layers: [[binding('&own')], [binding('&trans')]],
    }),
  );
  expect(keymap).toContain('\n&sk { quick-release; };\n');
  expect(rootChildren(keymap, 'behaviors').map(({ children }) => children[0]?.header)).toEqual(['own: own']);
  expect(includes(keymap)).toContain('dt-bindings/zmk/rgb.h');
});

describe('names', () => {
  it('of layers become identifiers, each its own, and show as they are', () => {
    const names = ['Base', 'Base', 'a b', 'a-b', '1st', '', 'Über "x" \\', 'tab\there'];
    const layers = names.map(() => [binding('&kp', 'A')]);
    const keymap = compile(makeLayout({ layer_names: names, layers }));
    expect(keymap.match(/^#define .*/gm)).toEqual([
      '#define LAYER_Base 0',
      '#define LAYER_Base_2 1',
      '#define LAYER_a_b 2',
      '#define LAYER_a_b_2 3',
      '#define LAYER__1st 4',
      '#define LAYER__ 5',
      '#define LAYER__ber__x___ 6',
      '#define LAYER_tab_here 7',
    ]);
    expect(readLayers(keymap).map(({ name }) => name)).toEqual([...names.slice(0, 7), 'tab here']);
  });

  it('that devicetree does not take, or that come twice, are replaced where they are defined and used', () => {
    const layout = makeLayout({
      layers: [[binding('&my-mod', 'LSHFT', 'A'), binding('&twice'), binding('&LAYER_Base')], [binding('&trans')]],
      holdTaps: [{ name: '&my-mod', bindings: ['&kp', '&kp'] }],
      macros: ['&twice', '&twice', 'my_mod', 'LAYER_Base'].map((name) => ({
        name,
        bindings: [binding('&my-mod', 'A', 'B')],
      })),
    });
    const keymap = compile(layout);
    expect(readLayers(keymap)[0]?.bindings).toEqual(['&my_mod LSHFT A', '&twice', '&LAYER_Base_2']);
    expect(rootChildren(keymap, 'macros')[0]?.children.map(({ header }) => header)).toEqual([
      'twice: twice',
      'twice_2: twice_2',
      'my_mod_2: my_mod_2',
      'LAYER_Base_2: LAYER_Base_2',
    ]);
    expect(findWarnings(parse(layout)).filter((warning) => warning.includes('is called'))).toHaveLength(4);
  });
});

describe('free text stays in its comment or string', () => {
  it('one comment a line', () => {
    expect(
      compile(makeLayout({ title: 'T', notes: 'one\r\n\n  two\u2028three' }))
        .split('\n')
        .slice(0, 5),
    ).toEqual(['// T for testpad', '// one', '//   two', '// three', '']);
  });

  const text = 'end */ }; \\\n#include "x" ??/\r\n\n\t// more\u2028last \\ \\ ';
  const documents = {
    notes: makeLayout({ notes: text }),
    title: makeLayout({ title: text, creator: text, keyboard: text }),
    'description of a macro': makeLayout({ macros: [{ name: 'm', description: text, bindings: [binding('&trans')] }] }),
    'description of a hold-tap': makeLayout({ holdTaps: [{ name: 'h', description: text, bindings: ['&kp', '&kp'] }] }),
    'description of a combo': makeLayout({
      combos: [{ name: 'c', description: text, keyPositions: [0], binding: binding('&trans') }],
    }),
  };
  it.each(Object.entries(documents))('%s', (_, document) => {
    const keymap = compile(document);
    for (const line of keymap.split('\n')) {
      if (/end|include "x"|more|last/.test(line)) expect(line).toMatch(/^ *\/\/ /);
      // The preprocessor would join the next line to it.
      expect(line).not.toMatch(/(?:\\|\?\?\/)\s*$/);
    }
    expect(readLayers(keymap)).toEqual(readLayers(compile(makeLayout())));
  });
});

describe('behaviours that the editor leaves to its service', () => {
  const system = ['&lower', '&magic', '&bt_0', '&rgb_ug_status_macro', '&reset'];
  const layout = makeLayout({
    layer_names: ['Base', 'Lower', 'Magic'],
    layers: [system.map((value) => binding(value)), [], []],
  });

  it('are defined when they are used', () => {
    const keymap = compile(layout);
    expect(readLayers(keymap)[0]?.bindings).toEqual(system);
    expect(readBindings(properties(keymap, 'lower: lower').bindings ?? '')).toEqual([
      '&mo LAYER_Lower',
      '&to LAYER_Lower',
    ]);
    expect(properties(keymap, 'magic: magic')['#binding-cells']).toBe('<0>');
    expect(properties(keymap, 'magic: magic').bindings).toContain('<&magic_hold_tap LAYER_Magic 0>');
    expect(readBindings(properties(keymap, 'bt_0: bt_0').bindings ?? '')).toEqual(['&bt_select_0', '&bt BT_DISC 0']);
    expect(readBindings(properties(keymap, 'bt_select_0: bt_select_0').bindings ?? '')).toEqual([
      '&out OUT_BLE',
      '&bt BT_SEL 0',
    ]);
    expect(properties(keymap, 'rgb_ug_status_macro: rgb_ug_status_macro').bindings).toBe('<&rgb_ug RGB_STATUS>');
    expect(nodeOf(keymap, 'reset: &sys_reset').children).toEqual([]);
  });

  it('are left out when they are not used', () => {
    expect(compile(makeLayout())).not.toMatch(/lower:|magic:|bt_0:|rgb_ug_status|reset:/);
  });

  it('are those of the file when it defines them', () => {
    const macros = [{ name: '&lower', bindings: [binding('&to', 1)] }];
    const custom_defined_behaviors = 'behaviors { magic: own_magic { }; };';
    const keymap = compile({ ...layout, macros, custom_defined_behaviors });
    expect(keymap).not.toContain('tapping-term-ms = <200>;\n            bindings = <&mo LAYER_Lower>');
    expect(properties(keymap, 'lower: lower').bindings).toBe('<&to 1>');
    expect(keymap.match(/\bmagic:/g)).toHaveLength(1);
    // Still used by name.
    expect(keymap).toContain('rgb_ug_status_macro: rgb_ug_status_macro {');
  });

  it('are those of the file when another one needs them', () => {
    const macros = [{ name: '&rgb_ug_status_macro', bindings: [binding('&none')] }];
    const keymap = compile({ ...layout, macros });
    expect(properties(keymap, 'rgb_ug_status_macro: rgb_ug_status_macro').bindings).toBe('<&none>');
  });

  it('magic with its two cells is the hold-tap itself', () => {
    const keymap = compile({ ...layout, layers: [[binding('&magic', 2, 0)], [], []] });
    expect(properties(keymap, 'magic: magic')).toMatchObject({
      '#binding-cells': '<2>',
      bindings: '<&mo>, <&rgb_ug_status_macro>',
    });
  });

  it('warn when their layer is missing', () => {
    expect(findWarnings(parse(oneKey(binding('&lower'))))).toEqual([
      '&lower goes to the layer "Lower", which this layout lacks; it goes to layer 0 instead',
    ]);
  });
});

describe('warnings', () => {
  it.each<[string, unknown, string]>([
    ['too few parameters', binding('&kp'), 'layers[0][0].value: &kp takes 1 parameter, the layout gives 0'],
    [
      'too many parameters',
      binding('&bt', 'BT_SEL', 0, 1),
      'layers[0][0].value: &bt takes 1 to 2 parameters, the layout gives 3',
    ],
    [
      'a layer that does not exist',
      binding('&mo', '7'),
      'layers[0][0].value: &mo goes to layer 7, which does not exist',
    ],
    [
      'an unknown behaviour',
      binding('&mystery'),
      'layers[0][0].value: &mystery is defined neither by ZMK nor by this layout',
    ],
  ])('%s', (_, key, warning) => {
    expect(findWarnings(parse(oneKey(key)))).toEqual([warning]);
  });

  it('trust custom devicetree to define what it mentions', () => {
    expect(findWarnings(parse(oneKey(binding('&mystery'), { custom_defined_behaviors: 'OWN(mystery)' })))).toEqual([]);
  });
});
