import { fieldError, MoErgoError } from './errors.js';

/**
 * The whole body, given up as soon as it exceeds `maxBytes`, whatever its Content-Length says.
 * @throws MoErgoError `MOERGO_TOO_LARGE`
 */
export async function readBody(operation: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () =>
    fieldError('MOERGO_TOO_LARGE', 'response', `more than ${maxBytes} bytes`, `at most ${maxBytes} bytes`, {
      operation,
      status: response.status,
    });
  if (response.body === null) return new Uint8Array();
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** @throws MoErgoError `MOERGO_BAD_RESPONSE`; the body is not quoted, it may be private */
export function parseJson(operation: string, response: Response, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    const type = response.headers.get('content-type') ?? 'no content type';
    throw new MoErgoError('MOERGO_BAD_RESPONSE', `${operation}: the answer (${type}) is not JSON`, {
      operation,
      status: response.status,
      field: 'response',
      found: type,
      allowed: 'JSON',
    });
  }
}
