import { describe, expect, it } from 'vitest';
import { LayoutError } from '../src/index.js';
import { binding, makeLayout, oneKey, parse } from './support/make-layout.js';

function refusal(document: unknown): LayoutError {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof LayoutError) return error;
    throw error;
  }
  throw new Error('the layout was accepted');
}

const holdTap = (fields: object) => makeLayout({ holdTaps: [{ name: '&h', bindings: ['&kp', '&kp'], ...fields }] });
const combo = (fields: object) =>
  makeLayout({ combos: [{ name: 'c', keyPositions: [0, 1], layers: [0], binding: binding('&kp', 'A'), ...fields }] });
const macro = (fields: object) => makeLayout({ macros: [{ name: '&m', bindings: [binding('&kp', 'A')], ...fields }] });

describe('a layout at fault is refused by the name of its field', () => {
  it.each<[string, unknown, string, string]>([
    ['no object', [1, 2], '(document)', 'a list of 2'],
    ['null', 'null', '(document)', 'null'],
    ['another JSON file', { name: 'left-pad', version: '1.0.0' }, 'layers', 'nothing'],
    ['no keyboard', makeLayout({ keyboard: undefined }), 'keyboard', 'nothing'],
    ['an empty keyboard', makeLayout({ keyboard: '' }), 'keyboard', '""'],
    ['a keyboard that is no text', makeLayout({ keyboard: 80 }), 'keyboard', '80'],
    ['no layers', makeLayout({ layers: [], layer_names: [] }), 'layers', 'a list of 0'],
    ['layers without keys', makeLayout({ layers: [[]], layer_names: ['A'] }), 'layers[0]', 'a list of 0'],
    ['a layer that is no list', makeLayout({ layers: ['x', []] }), 'layers[0]', '"x"'],
    ['fewer names than layers', makeLayout({ layer_names: ['A'] }), 'layer_names', 'a list of 1'],
    ['a name that is no text', makeLayout({ layer_names: ['A', 2] }), 'layer_names[1]', '2'],
    ['a key that is null', oneKey(null), 'layers[0][0]', 'null'],
    ['a behaviour without &', oneKey({ value: 'kp', params: [] }), 'layers[0][0].value', '"kp"'],
    ['a behaviour that is a number', oneKey({ value: 4 }), 'layers[0][0].value', '4'],
    ['params that are no list', oneKey({ value: '&kp', params: 'A' }), 'layers[0][0].params', '"A"'],
    ['a parameter without value', oneKey({ value: '&kp', params: [{}] }), 'layers[0][0].params[0].value', 'nothing'],
    ['a fraction', oneKey(binding('&mo', 1.5)), 'layers[0][0].params[0].value', '1.5'],
    ['an unnamed behaviour', oneKey(binding('&no-such')), 'layers[0][0].value', '"&no-such"'],
    [
      'a custom key of two bindings',
      oneKey(binding('Custom', '&kp A &kp B')),
      'layers[0][0].params[0].value',
      '"&kp A &kp B"',
    ],
    ['a custom key without text', oneKey({ value: 'Custom', params: [] }), 'layers[0][0].params', 'a list of 0'],
    [
      'a deep fault',
      combo({ binding: binding('&kp', binding('LC', binding('LS', ''))) }),
      'combos[0].binding.params[0].params[0].params[0].value',
      '""',
    ],
    ['a negative key position', combo({ keyPositions: [-1, 0] }), 'combos[0].keyPositions[0]', '-1'],
    ['a key position out of reach', combo({ keyPositions: [0, 3] }), 'combos[0].keyPositions[1]', '3'],
    ['a combo without keys', combo({ keyPositions: [] }), 'combos[0].keyPositions', 'a list of 0'],
    ['a combo in a layer too many', combo({ layers: [0, 2] }), 'combos[0].layers[1]', '2'],
    ['a combo in layer -2', combo({ layers: [-2] }), 'combos[0].layers[0]', '-2'],
    ['a combo without binding', combo({ binding: undefined }), 'combos[0].binding', 'nothing'],
    ['a hold-tap of one binding', holdTap({ bindings: ['&kp'] }), 'holdTaps[0].bindings', 'a list of 1'],
    ['a hold-tap of a key', holdTap({ bindings: ['&kp', 'A'] }), 'holdTaps[0].bindings[1]', '"A"'],
    ['an unknown flavor', holdTap({ flavor: 'sweet' }), 'holdTaps[0].flavor', '"sweet"'],
    ['a negative term', holdTap({ tappingTermMs: -5 }), 'holdTaps[0].tappingTermMs', '-5'],
    ['a term that is text', holdTap({ tappingTermMs: '190' }), 'holdTaps[0].tappingTermMs', '"190"'],
    [
      'a trigger position out of reach',
      holdTap({ holdTriggerKeyPositions: [80] }),
      'holdTaps[0].holdTriggerKeyPositions[0]',
      '80',
    ],
    ['a hold-tap without name', holdTap({ name: undefined }), 'holdTaps[0].name', 'nothing'],
    ["a name of ZMK's", holdTap({ name: '&kp' }), 'holdTaps[0].name', '"&kp"'],
    ['a macro of three parameters', macro({ params: ['a', 'b', 'c'] }), 'macros[0].params', 'a list of 3'],
    ['a macro without steps', macro({ bindings: [] }), 'macros[0].bindings', 'a list of 0'],
    [
      'a listener in a layer too many',
      makeLayout({ inputListeners: [{ code: '&l', nodes: [{ code: 'n', layers: [9] }] }] }),
      'inputListeners[0].nodes[0].layers[0]',
      '9',
    ],
    ['custom devicetree that is no text', makeLayout({ custom_devicetree: {} }), 'custom_devicetree', 'an object'],
  ])('%s', (_, document, field, found) => {
    const error = refusal(document);
    expect(error.code).toBe('LAYOUT_INVALID');
    const problem = error.problems.find((each) => (each.field || '(document)') === field);
    expect(problem, JSON.stringify(error.problems)).toBeDefined();
    expect(problem?.found).toBe(found);
    expect(problem?.allowed).not.toBe('');
    expect(error.message).toContain(`${field}: found ${found}; allowed: `);
    expect(error.message).toContain('test.json');
  });

  it('lists the first faults and counts the rest', () => {
    const error = refusal(
      makeLayout({ layer_names: ['A'], layers: [Array.from({ length: 30 }, () => ({ value: 'kp' }))] }),
    );
    expect(error.problems).toHaveLength(30);
    expect(error.message.split('\n')).toHaveLength(10);
    expect(error.message).toContain('and 22 more');
  });
});

describe('values that could break out of their cell are refused', () => {
  const hostile = [
    'A; }; /',
    'A>',
    'A <B>',
    'A\n#include "x"',
    '#define',
    '"A"',
    "'A'",
    'A // b',
    'A /* b',
    '&none',
    'A \\',
    '{',
    'LC(A',
    'A)',
    'LC(A))',
    '()',
    '1(A)',
    'LC(A)(B)',
    'LC()',
    'A,B',
    'A+1',
    ' A',
    'A ',
    '\u0000',
    'é',
    `A${'A'.repeat(300)}`,
  ];
  it.each(hostile)('as a parameter: %j', (value) => {
    expect(refusal(oneKey(binding('&kp', value))).problems.map(({ field }) => field)).toEqual([
      'layers[0][0].params[0].value',
    ]);
    expect(refusal(oneKey(binding('&kp', binding('LC', value)))).problems[0]?.field).toBe(
      'layers[0][0].params[0].params[0].value',
    );
    expect(
      refusal(makeLayout({ inputListeners: [{ code: '&l', inputProcessors: [{ code: '&p', params: [value] }] }] }))
        .problems[0]?.field,
    ).toBe('inputListeners[0].inputProcessors[0].params[0]');
  });

  it.each(['&kp; };', '&kp>', '&kp\n', '&kp}', '&kp #', '&kp"', '&kp,', '&', '&&kp', '&kp &mo', '&kp/', '&kp\\'])(
    'as a behaviour: %j',
    (value) => {
      expect(refusal(oneKey({ value, params: [] })).problems.map(({ field }) => field)).toEqual(['layers[0][0].value']);
      expect(refusal(holdTap({ bindings: [value, '&kp'] })).problems[0]?.field).toBe('holdTaps[0].bindings[0]');
      expect(refusal(oneKey(binding('Custom', value))).problems[0]?.field).toBe('layers[0][0].params[0].value');
      expect(refusal(makeLayout({ inputListeners: [{ code: value }] })).problems[0]?.field).toBe(
        'inputListeners[0].code',
      );
    },
  );

  it.each(['a;b', 'a{', 'a\nb', 'a"', 'a/b', '', '&', 'a,b', 'a\\'])('as a name: %j', (name) => {
    expect(refusal(holdTap({ name })).problems[0]?.field).toBe('holdTaps[0].name');
    expect(refusal(macro({ name })).problems[0]?.field).toBe('macros[0].name');
    expect(refusal(combo({ name })).problems[0]?.field).toBe('combos[0].name');
  });
});

describe('text that is no layout at all', () => {
  it.each<[string, string, RegExp]>([
    ['empty', '', /empty/],
    ['not JSON', '{\n  "keyboard": glove80\n}', /not JSON from line 2 column 15 on/],
    ['cut off', '{"keyboard": "glove80",\n"layers": [[', /not JSON from line 2 column 13 on/],
    ['a comma too many', '{"a": [1,\n 2,\n]}', /not JSON from line 3 column 1 on/],
    ['a comma missing', '{"a": {}\n"b": 1}', /not JSON from line 2 column 1 on/],
    ['a text without end', '{"a": true, "b\n": 1}', /not JSON from line 1 column 13 on/],
    ['a second document', '{"a": [{}, []]}\n {}', /not JSON from line 2 column 2 on/],
    ['nested too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested/],
  ])('%s', (_, text, message) => {
    const error = refusal(text);
    expect(error.code).toBe('LAYOUT_NOT_JSON');
    expect(error.message).toMatch(message);
  });
});

it('ignores fields that it does not know, and takes null for what may be left out', () => {
  const layout = parse(
    makeLayout({ variables: { tapMs: 190 }, uuid: '', date: 1, holdTaps: null, notes: null, ['__proto__']: 1 }),
  );
  expect(layout).toMatchObject({ keyboard: 'testpad', holdTaps: [], combos: [], macros: [], notes: '' });
  expect(layout).not.toHaveProperty('variables');
});

it('reads a file that starts with a byte order mark', () => {
  expect(parse(`\uFEFF${JSON.stringify(makeLayout())}`).keyboard).toBe('testpad');
});
