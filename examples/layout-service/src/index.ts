export { COMPILER_VERSION, compileKeymap } from './keymap/compile-keymap.js';
export { findWarnings } from './keymap/find-warnings.js';
export type { Binding, Param } from './layout/binding.js';
export { LayoutError, type LayoutErrorCode, type LayoutProblem } from './layout/layout-error.js';
export type { Combo, HoldTap, InputListener, Layout, Macro } from './layout/layout-schema.js';
export { PARSER_VERSION, parseLayout } from './layout/parse-layout.js';
export { type LayoutSummary, summarizeLayout } from './layout/summarize-layout.js';
export {
  type CompiledLayout,
  createLayoutService,
  type LayoutService,
  type LayoutServiceOptions,
  type LoadedLayout,
  type StepResult,
} from './layout-service.js';
