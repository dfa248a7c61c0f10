import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Clock, systemClock } from '@glovebox/cache-core';
import { SAMPLE_FIRMWARE, SAMPLE_USER_ID, type ServedLayout, sampleLayouts } from './server-data.js';
import { makeUf2 } from './uf2.js';

export interface MoergoServerOptions {
  /** Requests other than downloads must carry it. @default none is asked for */
  token?: string | undefined;
  /** Firmware comes as `.uf2.gz`. @default true */
  compress?: boolean | undefined;
  /** How long a signed path lives, in seconds. @default 300 */
  signedPathSeconds?: number | undefined;
  /** Added to every answer, in milliseconds. @default 0 */
  latencyMs?: number | undefined;
  /** What signed paths live by. @default the system's */
  clock?: Clock | undefined;
}

export type ServerRoute = 'firmware' | 'config' | 'meta' | 'users' | 'compile' | 'download';

export interface RoutedRequest {
  route: ServerRoute;
  /** The variable segments of the path. */
  params: readonly string[];
  url: URL;
  authorization: string | undefined;
  body: string;
}

export interface Reply {
  status: number;
  body: string | Uint8Array;
  headers?: Record<string, string> | undefined;
}

/** What the firmware's flash image takes; its UF2 file takes twice as much. */
const IMAGE_BYTES = 64 * 1024;

const PATTERNS: readonly { route: ServerRoute; method: string; path: RegExp }[] = [
  { route: 'firmware', method: 'GET', path: /^\/api\/firmware$/ },
  { route: 'compile', method: 'POST', path: /^\/api\/firmware\/([^/]+)\/([^/]+)$/ },
  { route: 'users', method: 'GET', path: /^\/api\/layouts\/v1\/users\/([^/]+)$/ },
  { route: 'config', method: 'GET', path: /^\/api\/layouts\/v1\/([^/]+)\/config$/ },
  { route: 'meta', method: 'GET', path: /^\/api\/layouts\/v1\/([^/]+)\/meta$/ },
  { route: 'download', method: 'GET', path: /^\/firmware\/([0-9a-f]{64})\.uf2(?:\.gz)?$/ },
];

export function routeOf(method: string, path: string): Pick<RoutedRequest, 'route' | 'params'> | undefined {
  for (const pattern of PATTERNS) {
    const match = pattern.method === method ? pattern.path.exec(path) : null;
    if (match !== null) return { route: pattern.route, params: match.slice(1) };
  }
  return undefined;
}

export function json(status: number, data: unknown): Reply {
  return { status, body: JSON.stringify(data), headers: { 'content-type': 'application/json' } };
}

/** The answers of the local server, and the layouts and builds that they are made of. */
export class ServerRoutes {
  readonly layouts = new Map<string, ServedLayout>(sampleLayouts().map((layout) => [layout.layout_meta.uuid, layout]));
  readonly #options: MoergoServerOptions;
  readonly #clock: Clock;
  readonly #secret = randomBytes(32);
  readonly #builds = new Map<string, Uint8Array>();

  constructor(options: MoergoServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  reply(request: RoutedRequest): Reply {
    const [first = '', second = ''] = request.params;
    if (request.route === 'download') return this.#download(first, request.url);
    const { token } = this.#options;
    if (token !== undefined && request.authorization !== `Bearer ${token}`)
      return json(401, { message: 'Unauthorized' });
    switch (request.route) {
      case 'firmware':
        return json(200, SAMPLE_FIRMWARE);
      case 'users':
        return this.#listLayouts(first);
      case 'compile':
        return this.#compile(first, second, request.body);
      case 'config':
      case 'meta':
        return this.#layout(request.route, first);
    }
  }

  #layout(part: 'config' | 'meta', uuid: string): Reply {
    const layout = this.layouts.get(uuid);
    if (layout === undefined) return json(404, { message: 'no such layout' });
    return json(200, part === 'meta' ? { layout_meta: layout.layout_meta } : layout);
  }

  #listLayouts(userId: string): Reply {
    const layouts = userId === SAMPLE_USER_ID ? [...this.layouts.values()] : [];
    const status = (layout: ServedLayout) => (layout.layout_meta.compiled ? 'compiled' : 'draft');
    return json(
      200,
      layouts.map((layout) => `${layout.layout_meta.uuid}:${status(layout)}`),
    );
  }

  /** "Builds" an image that is made of the request, so that other sources give other bytes. */
  #compile(version: string, uuid: string, source: string): Reply {
    if (!SAMPLE_FIRMWARE.some((firmware) => firmware.version === version)) {
      return json(404, { message: 'no such firmware version' });
    }
    if (source.includes('#error')) {
      return json(400, { message: 'Compilation failed', detail: ['keymap: error: #error'] });
    }
    const seed = `${version}\n${uuid}\n${source}`;
    const id = createHash('sha256').update(seed).digest('hex');
    this.#builds.set(id, makeUf2(Buffer.alloc(IMAGE_BYTES, seed)));
    const path = `/firmware/${id}.uf2${this.#options.compress === false ? '' : '.gz'}`;
    const expires = String(this.#clock.now() + (this.#options.signedPathSeconds ?? 300) * 1000);
    const signature = this.#sign(path, expires).toString('hex');
    return json(200, { location: `${path}?expires=${expires}&signature=${signature}` });
  }

  #download(id: string, url: URL): Reply {
    const expires = url.searchParams.get('expires') ?? '';
    const signature = Buffer.from(url.searchParams.get('signature') ?? '', 'hex');
    const expected = this.#sign(url.pathname, expires);
    const isSigned = signature.length === expected.length && timingSafeEqual(signature, expected);
    if (!isSigned || Number(expires) <= this.#clock.now()) return json(403, { message: 'Access denied' });
    const firmware = this.#builds.get(id);
    if (firmware === undefined) return json(404, { message: 'no such firmware' });
    const body = url.pathname.endsWith('.gz') ? gzipSync(firmware) : firmware;
    return { status: 200, body, headers: { 'content-type': 'application/octet-stream' } };
  }

  #sign(path: string, expires: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${path}\n${expires}`).digest();
  }
}
