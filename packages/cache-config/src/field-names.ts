/** `maxSizeMb` → `max_size_mb`. */
type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeCase<Tail>}`
    : `_${Lowercase<Head>}${SnakeCase<Tail>}`
  : S;

/** The fields of `T`, each in camelCase or in snake_case. */
export type EitherSpelling<T> = T & { [K in keyof T & string as SnakeCase<K>]?: T[K] };

export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The value of a field, however it is spelt, and its spelling. `undefined` if the field is left out. */
export function findField(given: object, name: string): { spelling: string; value: unknown } | undefined {
  for (const spelling of [name, toSnakeCase(name)]) {
    const value: unknown = Reflect.get(given, spelling);
    if (value !== undefined) return { spelling, value };
  }
  return undefined;
}

/** Both spellings of a field, if both are given. */
export function spellingsGiven(given: object, name: string): [string, string] | undefined {
  const snake = toSnakeCase(name);
  const isTwice = snake !== name && Reflect.get(given, name) !== undefined && Reflect.get(given, snake) !== undefined;
  return isTwice ? [name, snake] : undefined;
}

/** A name for a message: short, and on one line whatever it holds. */
export function quoteName(name: string): string {
  return `'${JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name).slice(1, -1)}'`;
}
