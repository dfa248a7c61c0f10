import { z } from 'zod';
import type { Binding, Param } from './binding.js';
import { CELL_TEXT_RULE, parseCells } from './cell-text.js';

// The `error` texts say what is allowed; what was found is added where problems are listed.

const MAX_UINT32 = 0xff_ff_ff_ff;
const MIN_INT32 = -0x80_00_00_00;

// Not narrower than this: names that devicetree does not take are replaced when the keymap is written.
const NAME = /^&?[\p{L}\p{N}_][\p{L}\p{N}_.+ -]{0,99}$/u;
const NAME_RULE = 'a name of letters, digits and _ - . + such as "my_macro"';
const REFERENCE = /^&[\p{L}\p{N}_][\p{L}\p{N}_.+ -]{0,99}$/u;
const REFERENCE_RULE = 'a behaviour such as "&kp"';
const CUSTOM = 'Custom';
const CUSTOM_TEXT = /^&([A-Za-z_][A-Za-z0-9_]*)(?: +(.*))?$/;

const whole = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};
const text = (allowed: string) => z.string({ error: allowed });
const freeText = text('text')
  .nullish()
  .transform((value) => value ?? '');
const flag = z.boolean({ error: 'true or false' }).nullish();
const milliseconds = whole(0, 3_600_000).nullish();
const object = <S extends z.core.$ZodLooseShape>(shape: S, what: string) => z.object(shape, { error: what });
const list = <S extends z.ZodType>(item: S, what: string) => z.array(item, { error: what });
const optionalList = <S extends z.ZodType>(item: S, what: string) =>
  list(item, what)
    .nullish()
    .transform((value) => value ?? []);

const name = text(NAME_RULE)
  .regex(NAME, { error: NAME_RULE })
  .transform((value) => value.replace(/^&/, ''));
const reference = text(REFERENCE_RULE).regex(REFERENCE, { error: REFERENCE_RULE });
const keyPosition = whole(0, 1023);
const layerNumber = whole(0, 255);

const cellText = z.string().transform((value, context): string => {
  const cells = parseCells(value);
  if (cells) return cells.join(' ');
  context.addIssue({ code: 'custom', input: value, message: CELL_TEXT_RULE });
  return z.NEVER;
});
const paramValue = z.union([cellText, z.int().min(MIN_INT32).max(MAX_UINT32)], { error: CELL_TEXT_RULE });

const param: z.ZodType<Param> = z.object(
  {
    value: paramValue,
    get params() {
      return optionalList(param, 'a list of parameters');
    },
  },
  { error: 'a parameter: { "value": ..., "params": [...] }' },
);

const plainBinding = object(
  { value: reference, params: optionalList(param, 'a list of parameters') },
  'a binding: { "value": "&kp", "params": [...] }',
);

// The editor's "Custom" key: one parameter with the binding as ZMK writes it.
const customBinding = z
  .object({
    value: z.literal(CUSTOM),
    params: z.tuple([z.object({ value: text('a binding such as "&kp LC(A)"') })], { error: 'one parameter' }),
  })
  .transform(({ params: [{ value }] }, context): Binding => {
    const match = CUSTOM_TEXT.exec(value.replace(/^ +| +$/g, ''));
    const cells = match?.[2] === undefined ? [] : parseCells(match[2]);
    if (match && cells) return { value: `&${match[1]}`, params: cells.map((cell) => ({ value: cell, params: [] })) };
    context.addIssue({
      code: 'custom',
      path: ['params', 0, 'value'],
      input: value,
      message: `one behaviour with its parameters, such as "&kp LC(A)"; a parameter is ${CELL_TEXT_RULE}`,
    });
    return z.NEVER;
  });

const isCustom = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'value' in data && data.value === CUSTOM;

// Chosen by hand, because a failed union would name the binding and not the field in it.
const binding: z.ZodType<Binding> = z.unknown().transform((data, context): Binding => {
  const result = (isCustom(data) ? customBinding : plainBinding).safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    context.addIssue({ code: 'custom', path: issue.path, input: issue.input, message: issue.message });
  }
  return z.NEVER;
});

const FLAVORS = ['hold-preferred', 'balanced', 'tap-preferred', 'tap-unless-interrupted'] as const;

const holdTap = object(
  {
    name,
    description: freeText,
    bindings: z.tuple([reference, reference], { error: 'two behaviours: the one for hold, the one for tap' }),
    tappingTermMs: milliseconds,
    quickTapMs: whole(-1, 3_600_000).nullish(),
    requirePriorIdleMs: whole(-1, 3_600_000).nullish(),
    flavor: z.enum(FLAVORS, { error: FLAVORS.map((flavor) => `"${flavor}"`).join(', ') }).nullish(),
    holdTriggerKeyPositions: optionalList(keyPosition, 'a list of key positions'),
    holdTriggerOnRelease: flag,
    holdWhileUndecided: flag,
    retroTap: flag,
  },
  'a hold-tap: { "name", "bindings", ... }',
);

const macro = object(
  {
    name,
    description: freeText,
    params: optionalList(text('text'), 'a list of parameter names').refine((params) => params.length <= 2, {
      error: 'at most two parameters',
    }),
    waitMs: milliseconds,
    tapMs: milliseconds,
    bindings: list(binding, 'a list of bindings').min(1, { error: 'at least one binding' }),
  },
  'a macro: { "name", "bindings", ... }',
);

const combo = object(
  {
    name,
    description: freeText,
    timeoutMs: milliseconds,
    requirePriorIdleMs: whole(-1, 3_600_000).nullish(),
    slowRelease: flag,
    keyPositions: list(keyPosition, 'a list of key positions').min(1, { error: 'at least one key position' }),
    layers: optionalList(whole(-1, 255), 'a list of layer numbers, or [-1] for all'),
    binding,
  },
  'a combo: { "name", "keyPositions", "binding", ... }',
);

const inputProcessor = object(
  {
    code: reference,
    params: optionalList(paramValue, 'a list of parameters'),
  },
  'an input processor: { "code": "&zip_xy_scaler", "params": [1, 9] }',
);

const inputListener = object(
  {
    code: reference,
    inputProcessors: optionalList(inputProcessor, 'a list of input processors'),
    nodes: optionalList(
      object(
        {
          code: name,
          description: freeText,
          layers: list(layerNumber, 'a list of layer numbers').min(1, { error: 'at least one layer number' }),
          inputProcessors: optionalList(inputProcessor, 'a list of input processors'),
          processNext: flag,
        },
        'an override for some layers: { "code", "layers", "inputProcessors" }',
      ),
      'a list of overrides',
    ),
  },
  'an input listener: { "code", "inputProcessors", "nodes" }',
);

/**
 * A layout as the Glove80 editor exports it. Fields that it does not know are left out of the result; lists and texts
 * that the file leaves out (or sets to null) come back empty; names come back without their `&`.
 */
export const layoutSchema = object(
  {
    keyboard: text('the name of the keyboard, such as "glove80"').min(1, { error: 'the name of the keyboard' }),
    title: freeText,
    creator: freeText,
    notes: freeText,
    layer_names: list(text('the name of a layer'), 'a list with the name of each layer'),
    layers: list(list(binding, 'a list of bindings, one a key'), 'a list of layers').min(1, {
      error: 'at least one layer',
    }),
    holdTaps: optionalList(holdTap, 'a list of hold-taps'),
    combos: optionalList(combo, 'a list of combos'),
    macros: optionalList(macro, 'a list of macros'),
    inputListeners: optionalList(inputListener, 'a list of input listeners'),
    custom_defined_behaviors: freeText,
    custom_devicetree: freeText,
  },
  'a layout: an object with "keyboard", "layer_names" and "layers"',
);

export type Layout = z.output<typeof layoutSchema>;
export type HoldTap = Layout['holdTaps'][number];
export type Macro = Layout['macros'][number];
export type Combo = Layout['combos'][number];
export type InputListener = Layout['inputListeners'][number];
export type InputProcessor = InputListener['inputProcessors'][number];
