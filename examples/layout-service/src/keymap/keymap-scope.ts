import { type Binding, bindingCells } from '../layout/binding.js';
import type { Layout } from '../layout/layout-schema.js';
import { cellCountsInUse, type Definitions, defineBehaviors } from './definitions.js';

/** What the sections of a keymap share while they are written. */
export interface KeymapScope {
  readonly layout: Layout;
  readonly definitions: Definitions;
  readonly cellCounts: ReadonlyMap<string, ReadonlySet<number>>;
  /** `&label` for `&name`. */
  reference(value: string): string;
  /** A binding in ZMK's notation: `&kp LC(LS(A))`. */
  bind(binding: Binding): string;
}

export function createScope(layout: Layout): KeymapScope {
  const definitions = defineBehaviors(layout);
  const reference = (value: string) => `&${definitions.labelByName.get(value.slice(1)) ?? value.slice(1)}`;
  return {
    layout,
    definitions,
    cellCounts: cellCountsInUse(layout),
    reference,
    bind: ({ value, params }) => [reference(value), ...bindingCells(params)].join(' '),
  };
}
