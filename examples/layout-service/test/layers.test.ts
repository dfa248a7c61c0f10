import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileKeymap, findWarnings, parseLayout } from '../src/index.js';
import { expectedLayers } from './support/expected-bindings.js';
import { noRealLayouts, realLayouts, shippedLayouts } from './support/layout-files.js';
import { binding, call, compile, oneKey } from './support/make-layout.js';
import { allNodes, readBindings, readDevicetree, readLayers } from './support/read-keymap.js';

const firstKey = (key: unknown) => readLayers(compile(oneKey(key)))[0]?.bindings;

describe('every layer carries exactly the bindings of the layout', () => {
  it.each(shippedLayouts)('$name', ({ path }) => checkLayers(path));
  it('layouts of real users', ({ skip }) => {
    skip(noRealLayouts !== undefined, noRealLayouts);
    expect(realLayouts.length).toBeGreaterThan(0);
    for (const { path } of realLayouts) checkLayers(path);
  });
});

function checkLayers(path: string): void {
  const bytes = readFileSync(path);
  const keymap = compileKeymap(parseLayout(path, bytes));
  expect(readLayers(keymap)).toEqual(expectedLayers(bytes.toString()));
}

describe('every behaviour gets as many cells as its node declares', () => {
  it.each([...shippedLayouts, ...realLayouts])('$name', ({ path }) => {
    const root = readDevicetree(compileKeymap(parseLayout(path, readFileSync(path))));
    const declared = new Map([...Object.entries({ trans: 0, none: 0, kp: 1, sk: 1, mo: 1, to: 1, mt: 2 })]);
    for (const { header, properties } of allNodes(root)) {
      const label = /^(\w+):/.exec(header)?.[1];
      const cells = /^<(\d)>$/.exec(properties.get('#binding-cells') ?? '')?.[1];
      if (label !== undefined && cells !== undefined) declared.set(label, Number(cells));
    }
    for (const { header, properties } of allNodes(root)) {
      // A hold-tap names behaviours without cells: it has them from where it is used.
      if (/behavior-hold-tap|mod-morph/.test(properties.get('compatible') ?? '')) continue;
      for (const text of readBindings(properties.get('bindings') ?? '<&none>')) {
        const [name = '', ...cells] = text.slice(1).split(' ');
        expect(cells.length, `${header}: ${text}`).toBe(declared.get(name) ?? cells.length);
      }
    }
  });
});

it('compiles layers of uneven length, and says so', () => {
  const layout = parseLayout(
    'x.json',
    Buffer.from(
      JSON.stringify({
        keyboard: 'sofle',
        layer_names: ['A', 'B'],
        layers: [[binding('&kp', 'A'), binding('&kp', 'B')], [binding('&trans')]],
      }),
    ),
  );
  expect(readLayers(compileKeymap(layout)).map(({ bindings }) => bindings.length)).toEqual([2, 1]);
  expect(findWarnings(layout)).toEqual(['layers[1] ("B") has 1 keys, others have 2']);
});

describe('parameters in the notation of ZMK', () => {
  it.each([
    [binding('&kp', call('LC', call('LS', 'G'))), '&kp LC(LS(G))'],
    [binding('&sk', call('LG', call('LA', call('LC', 'LSHFT')))), '&sk LG(LA(LC(LSHFT)))'],
    [binding('&mt', 'LCTRL', call('LS', 'N1')), '&mt LCTRL LS(N1)'],
    [binding('&bt', call('BT_SEL', '0')), '&bt BT_SEL 0'],
    [binding('&bt', call('BT_DISC', 3)), '&bt BT_DISC 3'],
    [binding('&bt', 'BT_SEL', 2), '&bt BT_SEL 2'],
    [binding('&bt', 'BT_SEL 4'), '&bt BT_SEL 4'],
    [binding('&rgb_ug', call('RGB_COLOR_HSB', 128, '100', 50)), '&rgb_ug RGB_COLOR_HSB(128,100,50)'],
    [binding('&mo', 1), '&mo 1'],
    [binding('&mo', '1'), '&mo 1'],
    [binding('&kp', 'LC( LS(A) )'), '&kp LC(LS(A))'],
    [binding('&mmv', -600), '&mmv (-600)'],
    [binding('&trans'), '&trans'],
    [{ value: '&none' }, '&none'],
    [{ value: '&none', params: null }, '&none'],
    [{ value: 'Custom', params: [{ value: ' &my_key LC(LS(A))  2' }] }, '&my_key LC(LS(A)) 2'],
    [{ value: 'Custom', params: [{ value: '&bootloader', params: [] }] }, '&bootloader'],
  ])('%j is %s', (key, text) => {
    expect(firstKey(key)).toEqual([text]);
  });
});
