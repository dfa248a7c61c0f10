import { createHash } from 'node:crypto';
import { describe, MoErgoError } from './errors.js';

/** A Cognito id token, or what gives a fresh one for each request. */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * The current token, `undefined` without a source.
 * @throws MoErgoError `MOERGO_UNAUTHORIZED` if the source fails, `MOERGO_INVALID_ARGUMENT` if it gives no token
 */
export async function readToken(operation: string, source: TokenSource | undefined): Promise<string | undefined> {
  if (source === undefined) return undefined;
  let token: unknown;
  try {
    token = typeof source === 'function' ? await source() : source;
  } catch (cause) {
    throw new MoErgoError('MOERGO_UNAUTHORIZED', `${operation}: the token source failed`, { operation, cause });
  }
  // Checked here because fetch puts a header value that it refuses into its error message.
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return token;
  const found = typeof token === 'string' ? 'a string that no header can carry' : describe(token);
  const allowed = 'printable ASCII without spaces';
  throw new MoErgoError('MOERGO_INVALID_ARGUMENT', `${operation}: token is ${found}; allowed is ${allowed}`, {
    operation,
    field: 'token',
    found,
    allowed,
  });
}

/** The user id in a JSON web token (its `sub` claim), `undefined` if there is none. The signature is not checked. */
export function subjectOf(token: string): string | undefined {
  const [, payload] = token.split('.');
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string') {
      return claims.sub;
    }
  } catch {
    // Not a JSON web token: it names nobody.
  }
  return undefined;
}

/** Tells two tokens' answers apart in a key, without the token. */
export function fingerprint(token: string | undefined): string {
  return token === undefined ? 'anonymous' : createHash('sha256').update(token).digest('hex');
}
