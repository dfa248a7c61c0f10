import { findProblems } from './check-layout.js';
import { fieldName, LayoutError, type LayoutProblem, showFound } from './layout-error.js';
import { type Layout, layoutSchema } from './layout-schema.js';
import { parseLayoutJson } from './read-source.js';

/** To be raised with every change of what {@link parseLayout} returns: it is part of the cache key of parsed layouts. */
export const PARSER_VERSION = '1';

/**
 * Reads a layout from the bytes of a file; `path` is for messages.
 * @throws LayoutError `LAYOUT_NOT_JSON`, or `LAYOUT_INVALID` with every field at fault
 */
export function parseLayout(path: string, bytes: Uint8Array): Layout {
  const document = parseLayoutJson(path, bytes);
  const result = layoutSchema.safeParse(document, { reportInput: true });
  const problems: LayoutProblem[] = result.success
    ? findProblems(result.data)
    : result.error.issues.map((issue) => ({
        field: fieldName(issue.path),
        found: showFound(issue.input),
        allowed: issue.message,
      }));
  if (!result.success || problems.length > 0) {
    throw new LayoutError('LAYOUT_INVALID', path, 'not a usable layout', problems);
  }
  return result.data;
}
