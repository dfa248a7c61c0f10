/** Whether a text holds what a terminal would obey, but for line ends. */
export function hasControlCodes(text: string): boolean {
  return Array.from(text, (character) => character.charCodeAt(0)).some(
    (code) => code !== 0x0a && (code < 0x20 || (code >= 0x7f && code < 0xa0)),
  );
}
