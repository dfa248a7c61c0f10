/** Something that the person who started the demonstration can set right: shown without a stack. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}
