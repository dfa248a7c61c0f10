import type { DurationString } from '@glovebox/cache-core';

/** How long each answer is kept. What a uuid names never changes: editing a layout gives it a new uuid. */
export const LIFETIMES = {
  listFirmware: '1h',
  getLayout: '30d',
  getLayoutMeta: '30d',
  listUserLayouts: '1m',
  // Shorter than the signed path in it lives, so that a build can be downloaded again without building again.
  compileFirmware: '5m',
  // Kept by what was built, not by the signed path, which is another one after each build.
  downloadFirmware: '30d',
} as const satisfies Record<string, DurationString>;

export type Operation = keyof typeof LIFETIMES;
