import { printableKey } from '@glovebox/cache-core';

/** Text that somebody else has chosen, for a message: as it is, unless there is more in it than plain characters. */
export function printable(text: string): string {
  return /^[\x20-\x7e]{1,255}$/.test(text) ? text : printableKey(text);
}
