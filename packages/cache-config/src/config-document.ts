import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { quoteName, toCamelCase } from './field-names.js';
import type { ConfigFile } from './parse-config.js';
import type { Problem } from './problems.js';

/** Aliases beyond this are taken for an attempt to make a small file fill the memory. */
const MAX_ALIASES = 100;

export interface ConfigDocument extends ConfigFile {
  /** The wanted fields as plain data; of all other fields the name alone. */
  readonly data: unknown;
}

/** A document that can't be read. Its message quotes nothing of the text, which may hold secrets. */
export class ConfigSyntaxError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads YAML 1.2, or JSON, which is a part of it.
 * @param wanted the top-level fields to read, in camelCase; values of others are the application's, and not looked at
 * @throws ConfigSyntaxError
 */
export function readConfigDocument(text: string, wanted: readonly string[]): ConfigDocument {
  try {
    return readDocument(text, wanted);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigSyntaxError('it is nested too deeply');
    if (error instanceof ReferenceError)
      throw new ConfigSyntaxError(`it has aliases without an anchor, or more than ${MAX_ALIASES}`);
    throw error;
  }
}

function readDocument(text: string, wanted: readonly string[]): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    // The parser's own search for duplicates is quadratic: a megabyte of keys takes it minutes.
    uniqueKeys: false,
    prettyErrors: false,
    // Not 'silent', which hides that there is a second document.
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined)
    throw new ConfigSyntaxError(withoutQuotations(error.message), lines.linePos(error.pos[0]).line);
  const lineAt = (node: unknown) => (isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined);
  const root = document.contents;
  if (root === null || isEmpty(root)) return { data: {}, lineOf: () => undefined, problems: [], emptyFields: [] };
  if (!isMap(root))
    return {
      data: root.toJS(document, { maxAliasCount: 0 }),
      lineOf: () => lineAt(root),
      problems: [],
      emptyFields: [],
    };
  const fields = root.items.filter((pair) => isScalar(pair.key));
  return {
    // Unlike assignments, entries make an own field of `__proto__`.
    data: Object.fromEntries(fields.map((pair) => [nameOf(pair), readField(document, pair, wanted)])),
    lineOf: (path) => lineAt(findKey(root, path)),
    problems: findDuplicates(document, lineAt),
    emptyFields: findEmpty(root, wanted),
  };
}

function readField(document: Document, pair: Pair, wanted: readonly string[]): unknown {
  const { value } = pair;
  // A section whose every line is commented out is an empty one.
  if (!wanted.includes(toCamelCase(nameOf(pair))) || !isNode(value) || isEmpty(value)) return undefined;
  return value.toJS(document, { maxAliasCount: MAX_ALIASES });
}

function findEmpty(root: YAMLMap, wanted: readonly string[]): string[][] {
  const places = root.items.filter((pair) => wanted.includes(toCamelCase(nameOf(pair))) && nameOf(pair) !== 'cache');
  const section = root.get('cache');
  return [
    ...places.filter(isEmptyPair).map((pair) => [nameOf(pair)]),
    ...(isMap(section) ? section.items.filter(isEmptyPair).map((pair) => ['cache', nameOf(pair)]) : []),
  ];
}

function findDuplicates(document: Document, lineAt: (node: unknown) => number | undefined): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const firstLines = new Map<string, number | undefined>();
      for (const pair of map.items) {
        if (!isScalar(pair.key)) continue;
        const name = nameOf(pair);
        if (firstLines.has(name)) {
          const first = firstLines.get(name);
          const text = `${quoteName(name)} is given twice, first in line ${first}; allowed is once`;
          problems.push({ path: [], text, line: lineAt(pair.key) });
        } else {
          firstLines.set(name, lineAt(pair.key));
        }
      }
    },
  });
  return problems;
}

/** The key's node of the field at `path`, or of the innermost field on the way that there is. */
function findKey(root: YAMLMap, path: readonly PropertyKey[]): unknown {
  let found: unknown;
  let node: unknown = root;
  for (const part of path) {
    const pair = isMap(node) ? node.items.find((item) => nameOf(item) === String(part)) : undefined;
    if (pair === undefined) break;
    found = pair.key;
    node = pair.value;
  }
  return found;
}

function nameOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function isEmptyPair(pair: Pair): boolean {
  return isEmpty(pair.value);
}

/** Nothing written, unlike `null` or `~`. */
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === '');
}

/** What the parser says is wrong, without what it quotes of the text. */
function withoutQuotations(message: string): string {
  return message.replace(/: .*$/su, '').replace(/"[^"]*"/gu, '…');
}
