const BLOCK = 512;

/** Paths of the files in an npm tarball (uncompressed bytes), without the leading `package/`. */
export function tarPaths(bytes) {
  const paths = [];
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const text = (from, length) => bytes.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const prefix = text(345, 155);
    // '0' and NUL mark a plain file; others are folders, links and extended headers.
    if (/^0?$/.test(text(156, 1))) paths.push(`${prefix ? `${prefix}/` : ''}${text(0, 100)}`.replace(/^[^/]+\//, ''));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return paths;
}
