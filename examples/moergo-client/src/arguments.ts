import { describe, fieldError } from './errors.js';

/** What firmware is built from. */
export interface FirmwareRequest {
  /** A name from `listFirmware()`, such as `v25.05`. */
  version: string;
  /** The layout that the keymap belongs to. */
  uuid: string;
  /** ZMK keymap source. */
  keymap: string;
  /** ZMK configuration lines. @default '' */
  kconfig?: string | undefined;
  /** @default 'glove80' */
  board?: string | undefined;
}

/** The same, checked and complete. */
export type CompleteFirmwareRequest = { [Field in keyof FirmwareRequest]-?: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// Each of these becomes one segment of a path: none may hold a slash, a percent sign, a query or be made of dots.
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const USER_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const BOARD = /^[A-Za-z0-9][A-Za-z0-9_]{0,63}$/;

/** Longest keymap or kconfig, in UTF-16 code units. */
const MAX_SOURCE_LENGTH = 4 * 1024 * 1024;

/** The uuid in lower case, so that both spellings share one entry. */
export function checkUuid(operation: string, uuid: unknown): string {
  const allowed = 'a uuid such as 2a73d99d-e09b-4287-86a3-dba934bb7c17';
  return checkText(operation, 'uuid', uuid, (text) => UUID.test(text), allowed).toLowerCase();
}

export function checkUserId(operation: string, userId: unknown): string {
  const allowed = '1 to 128 letters, digits, _ and -';
  return checkText(operation, 'userId', userId, (text) => USER_ID.test(text), allowed);
}

/** @throws MoErgoError `MOERGO_INVALID_ARGUMENT` naming the field */
export function checkFirmwareRequest(operation: string, request: FirmwareRequest): CompleteFirmwareRequest {
  if (typeof request !== 'object' || request === null) {
    throw fieldError('MOERGO_INVALID_ARGUMENT', 'request', describe(request), 'an object', { operation });
  }
  const isSource = (text: string) => text.length <= MAX_SOURCE_LENGTH;
  return {
    version: checkText(
      operation,
      'version',
      request.version,
      (text) => VERSION.test(text),
      'a version name such as v25.05',
    ),
    uuid: checkUuid(operation, request.uuid),
    keymap: checkText(
      operation,
      'keymap',
      request.keymap,
      (text) => text.trim() !== '' && isSource(text),
      `ZMK keymap source of at most ${MAX_SOURCE_LENGTH} characters`,
    ),
    kconfig: checkText(
      operation,
      'kconfig',
      request.kconfig ?? '',
      isSource,
      `text of at most ${MAX_SOURCE_LENGTH} characters`,
    ),
    board: checkText(
      operation,
      'board',
      request.board ?? 'glove80',
      (text) => BOARD.test(text),
      'a board name such as glove80',
    ),
  };
}

function checkText(
  operation: string,
  field: string,
  value: unknown,
  accepts: (text: string) => boolean,
  allowed: string,
): string {
  if (typeof value === 'string' && accepts(value)) return value;
  throw fieldError('MOERGO_INVALID_ARGUMENT', field, describe(value), allowed, { operation });
}
