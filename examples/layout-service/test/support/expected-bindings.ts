import { z } from 'zod';

const json = z.object({ layer_names: z.array(z.string()), layers: z.array(z.array(z.unknown())) });
const tree = z.object({ value: z.union([z.string(), z.number()]), params: z.array(z.unknown()).optional() });

/** The layers of a layout file as ZMK would write them, worked out apart from the compiler. */
export function expectedLayers(file: string): { name: string; bindings: string[] }[] {
  const { layer_names, layers } = json.parse(JSON.parse(file));
  return layers.map((keys, i) => ({ name: layer_names[i] ?? '', bindings: keys.map(expectedBinding) }));
}

function expectedBinding(data: unknown): string {
  const { value, params = [] } = tree.parse(data);
  if (value === 'Custom') return String(tree.parse(params[0]).value);
  return [value, ...params.map(expectedParam)].join(' ');
}

function expectedParam(data: unknown): string {
  const { value, params = [] } = tree.parse(data);
  if (params.length === 0) return String(value);
  const args = params.map(expectedParam);
  return value === 'BT_SEL' || value === 'BT_DISC' ? [value, ...args].join(' ') : `${value}(${args.join(',')})`;
}
