/** An argument of a behaviour, or of another argument: `LC` with the parameter `A` is `LC(A)`. */
export interface Param {
  readonly value: string | number;
  readonly params: readonly Param[];
}

/** What a key, a combo or a step of a macro does: a behaviour such as `&kp` and its arguments. */
export interface Binding {
  readonly value: string;
  readonly params: readonly Param[];
}

/** Commands whose argument is a cell of its own: ZMK writes `&bt BT_SEL 0`, and `BT_SEL(0)` would not compile. */
const FLAT_COMMANDS: ReadonlySet<string> = new Set(['BT_SEL', 'BT_DISC', 'BL_SET']);

/** The cells that follow the behaviour in ZMK's notation, one string each. */
export function bindingCells(params: readonly Param[]): string[] {
  return params.flatMap((param) =>
    FLAT_COMMANDS.has(String(param.value))
      ? [String(param.value), ...bindingCells(param.params)]
      : renderParam(param).split(/ +/),
  );
}

function renderParam({ value, params }: Param): string {
  if (params.length > 0) return `${value}(${params.map(renderParam).join(',')})`;
  // Inside <...> devicetree takes a sign only within parentheses.
  return typeof value === 'number' && value < 0 ? `(${value})` : String(value);
}
