/** A node of a devicetree source: what a reader sees of it, by the grammar of devicetree alone. */
export interface DtNode {
  readonly header: string;
  readonly properties: Map<string, string>;
  readonly children: DtNode[];
}

// A string, a comment, a preprocessor line, one mark, or anything else up to the next of these.
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^[ \t]*#(?:include|define)[^\n]*|[{};]|[^"{};/#]+|[#/]/gm;

/** Reads devicetree source into its nodes. Throws where braces or semicolons do not match. */
export function readDevicetree(source: string): DtNode {
  const root: DtNode = { header: '', properties: new Map(), children: [] };
  const open = [root];
  let text = '';
  for (const [token] of source.matchAll(TOKEN)) {
    const node = open.at(-1);
    if (node === undefined) throw new Error('a brace too many');
    if (/^(?:\/\/|\/\*|[ \t]*#(?:include|define))/.test(token)) continue;
    if (token === '{') {
      const child: DtNode = { header: text.trim(), properties: new Map(), children: [] };
      node.children.push(child);
      open.push(child);
      text = '';
    } else if (token === '}') {
      if (text.trim() !== '') throw new Error(`no semicolon after ${text.trim()}`);
      open.pop();
      text = '';
    } else if (token === ';') {
      const [, name, value] = /^\s*([^\s=]+)\s*(?:=\s*([\s\S]*\S))?\s*$/.exec(text) ?? [];
      if (name !== undefined) node.properties.set(name, value ?? '');
      text = '';
    } else text += token;
  }
  if (open.length !== 1) throw new Error('a brace is missing');
  return root;
}

/** Every node below a node, itself included. */
export function allNodes(node: DtNode): DtNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}

/** The nodes `/name` of all root nodes in a source. */
export function rootChildren(source: string, name: string): DtNode[] {
  return readDevicetree(source)
    .children.filter(({ header }) => header === '/')
    .flatMap(({ children }) => children.filter(({ header }) => header === name));
}

/** A property of phandles, one string each: `<&kp LC(A) &none>, <&mo 1>` is `&kp LC(A)`, `&none`, `&mo 1`. */
export function readBindings(value: string): string[] {
  const groups = [...value.matchAll(/<([^<>]*)>/g)].map(([, group = '']) => group);
  const rest = value.replace(/<[^<>]*>/g, '').replace(/[\s,]/g, '');
  if (rest !== '' || groups.length === 0) throw new Error(`not a list of cells: ${value}`);
  return groups.flatMap((group) => {
    const cells = group.trim().replace(/\s+/g, ' ');
    if (cells === '') return [];
    if (!cells.startsWith('&')) throw new Error(`cells without a phandle: ${cells}`);
    return cells.split(' &').map((binding, i) => (i === 0 ? binding : `&${binding}`));
  });
}

/** The layers of a keymap: the name shown and the bindings. */
export function readLayers(source: string): { name: string; bindings: string[] }[] {
  const [keymap, ...others] = rootChildren(source, 'keymap');
  if (keymap === undefined || others.length > 0) throw new Error('not one keymap node');
  return keymap.children.map(({ properties }) => ({
    name: JSON.parse(properties.get('display-name') ?? 'null'),
    bindings: readBindings(properties.get('bindings') ?? ''),
  }));
}
