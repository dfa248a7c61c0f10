/** What the local server knows: made up, in the service's shapes. */

export const SAMPLE_USER_ID = '5f0c9a52-3b1e-4c0f-9d5a-6a1f6d0b7e21';

export interface ServedLayout {
  layout_meta: { uuid: string; title: string; compiled: boolean; [field: string]: unknown };
  config: { keyboard: string; layer_names: string[]; layers: unknown[][]; [field: string]: unknown };
}

export interface ServedFirmware {
  version: string;
  firmware_api_version: string;
  /** Seconds since 1970. */
  date: number;
}

export const SAMPLE_FIRMWARE: readonly ServedFirmware[] = [
  { version: 'v25.05', firmware_api_version: '1', date: 1_747_267_200 },
  { version: 'v25.01', firmware_api_version: '1', date: 1_737_936_000 },
  { version: 'v24.08-beta1', firmware_api_version: '1', date: 1_723_420_800 },
];

export const SAMPLE_UUIDS = [
  '0b9d2c1e-7f34-4a86-9c55-1d2e3f405162',
  '3c7e51fa-02bd-4e19-8a6d-94b7c8d9e0f1',
  'a4f6b8c0-1357-4bdf-8ace-246802468ace',
] as const;

/** Layouts of {@link SAMPLE_USER_ID}, all 80 keys of each layer bound. */
export function sampleLayouts(): ServedLayout[] {
  return SAMPLE_UUIDS.map((uuid, index) => ({
    layout_meta: {
      uuid,
      title: `Sample layout ${index + 1}`,
      creator: 'glovebox',
      date: 1_750_000_000 + index * 86_400,
      firmware_api_version: '1',
      parent_uuid: SAMPLE_UUIDS[index - 1] ?? null,
      notes: 'Served by the local server',
      tags: ['sample'],
      unlisted: false,
      deleted: false,
      compiled: index !== 2,
      searchable: true,
    },
    config: {
      keyboard: 'glove80',
      title: `Sample layout ${index + 1}`,
      layer_names: ['Base', 'Symbol'],
      layers: [keysOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ'), keysOf('1234567890')],
      custom_defined_behaviors: '',
    },
  }));
}

function keysOf(characters: string): unknown[] {
  return Array.from({ length: 80 }, (_, position) => {
    const character = characters[position];
    if (character === undefined) return { value: '&trans', params: [] };
    const code = /\d/.test(character) ? `N${character}` : character;
    return { value: '&kp', params: [{ value: code, params: [] }] };
  });
}
