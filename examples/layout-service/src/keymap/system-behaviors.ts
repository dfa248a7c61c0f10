import { holdTapNode, macroNode, shortHoldTapNode, tapDanceNode } from './behavior-nodes.js';
import { cellProperty, node, stringProperty } from './devicetree.js';
import type { Labels } from './labels.js';

/** What a system behaviour may ask for while it is written. */
export interface SystemScope {
  readonly labels: Labels;
  /** The number of the layer as a preprocessor name, `0` if there is no such layer. */
  layer(name: string): string;
  /** How many cells the layout gives to the behaviour. */
  readonly cells: number;
}

interface SystemBehavior {
  /** The layer that it switches to, by the name that the editor gives it. */
  readonly layer?: string;
  readonly needs?: readonly string[];
  /** Nodes below `/behaviors`; none if it is an alias. */
  write(scope: SystemScope): string[];
  /** A second label for a node of ZMK's own. */
  readonly aliasOf?: string;
}

/**
 * Behaviours that a Glove80 layout uses without defining them, because MoErgo's service adds them to every keymap. Here
 * they are added when they are used.
 */
export const SYSTEM_BEHAVIORS: ReadonlyMap<string, SystemBehavior> = new Map<string, SystemBehavior>([
  [
    'lower',
    {
      layer: 'Lower',
      write: ({ layer }) => tapDanceNode('lower', [`&mo ${layer('Lower')}`, `&to ${layer('Lower')}`]),
    },
  ],
  ['magic', { layer: 'Magic', needs: ['rgb_ug_status_macro'], write: writeMagic }],
  ['rgb_ug_status_macro', { write: () => macroNode('rgb_ug_status_macro', 0, ['&rgb_ug RGB_STATUS']) }],
  ...[0, 1, 2, 3, 4].map((profile): [string, SystemBehavior] => [
    `bt_${profile}`,
    { write: (scope) => writeBluetooth(scope, profile) },
  ]),
  // ZMK renamed it, layouts still have the old name.
  ['reset', { write: () => [], aliasOf: 'sys_reset' }],
]);

function writeMagic({ labels, layer, cells }: SystemScope): string[] {
  const properties = [stringProperty('flavor', 'tap-preferred'), cellProperty('tapping-term-ms', [200])];
  if (cells !== 0) return holdTapNode('magic', properties, '&mo', '&rgb_ug_status_macro');
  const holdTap = labels.claim('magic_hold_tap');
  return [
    ...holdTapNode(holdTap, properties, '&mo', '&rgb_ug_status_macro'),
    ...shortHoldTapNode('magic', holdTap, 0, [layer('Magic'), '0']),
  ];
}

function writeBluetooth({ labels }: SystemScope, profile: number): string[] {
  const select = labels.claim(`bt_select_${profile}`);
  return [
    ...macroNode(select, 0, ['&out OUT_BLE', `&bt BT_SEL ${profile}`]),
    ...tapDanceNode(`bt_${profile}`, [`&${select}`, `&bt BT_DISC ${profile}`]),
  ];
}

/** The system behaviours among `used`, and those that they need in turn, in a fixed order. */
export function neededSystemBehaviors(used: ReadonlySet<string>): Set<string> {
  const needed = new Set<string>();
  for (const [name, { needs = [] }] of SYSTEM_BEHAVIORS) {
    if (used.has(name)) for (const each of [name, ...needs]) needed.add(each);
  }
  return needed;
}

/** Devicetree for the system behaviours in `names`. */
export function writeSystemBehaviors(
  names: Iterable<string>,
  scope: Omit<SystemScope, 'cells'>,
  cellsOf: (name: string) => number,
): string[] {
  const nodes: string[] = [];
  const aliases: string[] = [];
  for (const name of names) {
    const behavior = SYSTEM_BEHAVIORS.get(name);
    nodes.push(...(behavior?.write({ ...scope, cells: cellsOf(name) }) ?? []));
    if (behavior?.aliasOf) aliases.push(...node(`${name}: &${behavior.aliasOf}`, []));
  }
  return [...(nodes.length > 0 ? node('/', node('behaviors', nodes)) : []), ...aliases];
}
