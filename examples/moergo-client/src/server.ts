import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServedLayout } from './server-data.js';
import {
  json,
  type MoergoServerOptions,
  type Reply,
  routeOf,
  type ServerRoute,
  ServerRoutes,
} from './server-routes.js';

/** What a route does instead of answering, or before it does. */
export interface ServerFault {
  /** How many requests meet the fault. @default all */
  times?: number | undefined;
  /** Waits for it before going on. */
  until?: Promise<unknown> | undefined;
  /** Never answers. */
  hang?: boolean | undefined;
  /** Breaks the connection; after half of `reply`'s body, if there is one. */
  disconnect?: boolean | undefined;
  /** Sent in place of the right answer. */
  reply?: Reply | undefined;
}

/** A service of the shapes of MoErgo's, on a free port of this machine. */
export class MoergoServer implements AsyncDisposable {
  readonly #routes: ServerRoutes;
  readonly #latencyMs: number;
  readonly #server: Server;
  readonly #counts = new Map<ServerRoute, number>();
  readonly #faults = new Map<ServerRoute, ServerFault & { left: number }>();
  #origin = '';

  constructor(options: MoergoServerOptions) {
    this.#routes = new ServerRoutes(options);
    this.#latencyMs = options.latencyMs ?? 0;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => send(response, json(500, { message: String(error) })));
    });
  }

  /** Where the routes start: what a client takes as `baseUrl`. */
  get baseUrl(): string {
    return `${this.#origin}/api/`;
  }

  /** What is served, by uuid. */
  get layouts(): Map<string, ServedLayout> {
    return this.#routes.layouts;
  }

  /** Requests that arrived, of one route or of all, those that met a fault included. */
  requestCount(route?: ServerRoute): number {
    if (route !== undefined) return this.#counts.get(route) ?? 0;
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Replaces the route's fault; without one the route works again. */
  setFault(route: ServerRoute, fault?: ServerFault): void {
    if (fault === undefined) this.#faults.delete(route);
    else this.#faults.set(route, { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    this.#origin = `http://127.0.0.1:${address.port}`;
  }

  /** Breaks the connections that are open. Safe to call twice. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#origin);
    const routed = routeOf(request.method ?? '', url.pathname);
    if (routed === undefined) {
      send(response, json(404, { message: 'no such route' }));
      return;
    }
    const { route } = routed;
    this.#counts.set(route, this.requestCount(route) + 1);
    const body = await readText(request);
    if (this.#latencyMs > 0) await delay(this.#latencyMs);
    const fault = this.#takeFault(route);
    await fault?.until;
    if (fault?.hang === true) return;
    if (fault?.disconnect === true) {
      await sendHalf(response, fault.reply);
      return;
    }
    const { authorization } = request.headers;
    send(response, fault?.reply ?? this.#routes.reply({ ...routed, url, authorization, body }));
  }

  #takeFault(route: ServerRoute): ServerFault | undefined {
    const fault = this.#faults.get(route);
    if (fault === undefined || fault.left <= 0) return undefined;
    fault.left--;
    return fault;
  }
}

/** A {@link MoergoServer} that listens. `await using` stops it. */
export async function createMoergoServer(options: MoergoServerOptions = {}): Promise<MoergoServer> {
  const server = new MoergoServer(options);
  await server.start();
  return server;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += chunk;
  return text;
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

async function sendHalf(response: ServerResponse, reply: Reply | undefined): Promise<void> {
  const body = Buffer.from(reply?.body ?? '');
  if (reply !== undefined && body.length > 0) {
    response.writeHead(reply.status, { 'content-length': body.length, ...reply.headers });
    await new Promise((resolve) => response.write(body.subarray(0, Math.floor(body.length / 2)), resolve));
  }
  response.destroy();
}
