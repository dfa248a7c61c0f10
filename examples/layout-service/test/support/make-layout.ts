import { compileKeymap, type Layout, parseLayout } from '../../src/index.js';

/** A sound layout of two layers with three keys each, with fields replaced. Kept loose, so that tests can break it. */
export function makeLayout(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    keyboard: 'testpad',
    title: 'Test',
    layer_names: ['Base', 'Upper'],
    layers: [
      [binding('&kp', 'A'), binding('&mo', 1), binding('&trans')],
      [binding('&none'), binding('&trans'), binding('&kp', 'B')],
    ],
    ...fields,
  };
}

export function binding(value: string, ...params: unknown[]): Record<string, unknown> {
  return { value, params: params.map((param) => (typeof param === 'object' ? param : { value: param, params: [] })) };
}

export function call(value: string, ...params: unknown[]): Record<string, unknown> {
  return binding(value, ...params);
}

/** A layout with one key. */
export function oneKey(key: unknown, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return makeLayout({ layer_names: ['Base'], layers: [[key]], ...fields });
}

export function parse(document: unknown): Layout {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return parseLayout('test.json', new TextEncoder().encode(text));
}

export function compile(document: unknown): string {
  return compileKeymap(parse(document));
}
