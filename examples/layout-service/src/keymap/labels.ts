const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether text can be a devicetree label and a preprocessor name as it is. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** The nearest identifier: every other character becomes an underscore, and one goes before a leading digit. */
function toIdentifier(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_]/g, '_');
  return isIdentifier(name) ? name : `_${name}`;
}

/** Hands out identifiers, each once. */
export class Labels {
  readonly #taken = new Set<string>();

  /** The identifier nearest to `text`, with `_2`, `_3`... after it if it is taken. */
  claim(text: string): string {
    const name = toIdentifier(text);
    let label = name;
    for (let n = 2; this.#taken.has(label); n++) label = `${name}_${n}`;
    this.#taken.add(label);
    return label;
  }
}
