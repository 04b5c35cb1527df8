// The server of a hub on loopback: answers to the names of this machine or its proxy, wants a token
// for everything, JSON for agents and commands, pages for people.
import {createServer} from 'node:http';
import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import {UserError} from '../../../results/error.ts';
import {sendAnswer, sendContent} from '../../../dashboards/serve/server.ts';
import type {Answer} from '../../../dashboards/serve/routes.ts';
import {messagePage} from '../../../dashboards/serve/pages.ts';
import {apiRoutes} from './api-routes.ts';
import {HubRefusal} from './hub-context.ts';
import type {Caller, Hub, RefusalCode} from './hub-context.ts';
import {callerOf} from './tokens.ts';

export interface HubServerOptions {
  readonly port: number;
  /** Names under which a proxy forwards requests, in addition to those of this machine. */
  readonly names: readonly string[];
  readonly hub: Hub;
  readonly pages: (
    caller: Caller,
    request: {method: string; path: string; query: URLSearchParams; form: URLSearchParams},
  ) => Promise<Answer | null>;
  readonly onError: (error: unknown) => void;
}

const loopback = '127.0.0.1';
const ownNames = ['localhost', '127.0.0.1', '[::1]'];
const mostFormBytes = 16 * 1024;

/** Listens on 127.0.0.1. Throws a UserError if the port cannot be used. */
export const startHubServer = (options: HubServerOptions): Promise<{server: Server; url: string}> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      handle(request, response, options).catch((error: unknown) =>
        answerError(request, response, options, error),
      );
    });
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          `Port ${options.port} cannot be used: ${error.message}.`,
          'Choose another one with --port N, or --port 0 for a free one.',
        ),
      ),
    );
    server.listen(options.port, loopback, () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : options.port;
      resolve({server, url: `http://${loopback}:${port}/`});
    });
  });

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: HubServerOptions,
): Promise<void> => {
  checkName(request, options.names);
  const url = new URL(request.url ?? '/', 'http://hub');
  const caller = await identify(request, options.hub);
  if (url.pathname.startsWith('/api/')) return answerApi(request, response, options, url, caller);
  if (caller === null) return askForToken(request, response);
  if (request.method === 'POST') checkOrigin(request, options.names);
  else if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HubRefusal(400, `${request.method} is not understood.`, 'Pages take GET and POST.');
  const form = request.method === 'POST' ? await readBody(request, mostFormBytes) : '';
  const answer = await options.pages(caller, {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(form),
  });
  sendAnswer(request, response, answer, 'Not on this hub.');
};

const hostOf = (text: string): string => text.replace(/:\d+$/, '').toLowerCase();

/**
 * If a page of another site makes a browser ask this server, the request carries that site's name.
 */
const checkName = (request: IncomingMessage, names: readonly string[]): void => {
  if (![...ownNames, ...names].includes(hostOf(request.headers.host ?? '')))
    throw new HubRefusal(403, 'This hub does not answer to that name.', 'See hub --name.');
};

/** A form on another site would be sent with the browser's login. */
const checkOrigin = (request: IncomingMessage, names: readonly string[]): void => {
  const {origin} = request.headers;
  const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : null;
  if (from === null || ![...ownNames, ...names].includes(from.toLowerCase()))
    throw new HubRefusal(403, 'A form of another site.', 'Send it from a page of this hub.');
};

/** `Bearer TOKEN` from commands, or the password of a browser's login; null if there is none. */
const identify = async (request: IncomingMessage, hub: Hub): Promise<Caller | null> => {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ', 2);
  if (value === undefined) return null;
  const token =
    scheme === 'Bearer'
      ? value
      : Buffer.from(value, 'base64')
          .toString()
          .replace(/^[^:]*:/, '');
  const caller = await callerOf(hub.database, token);
  if (caller === null)
    throw new HubRefusal(401, 'The hub does not know this token.', 'Ask its admin for one.');
  return caller;
};

const askForToken = (request: IncomingMessage, response: ServerResponse): void => {
  const page = messagePage('A token is needed', 'Log in with any name and a token as password.');
  sendContent(request, response, 401, page, {'WWW-Authenticate': 'Basic realm="jitstat hub"'});
};

const answerApi = async (
  request: IncomingMessage,
  response: ServerResponse,
  {hub}: HubServerOptions,
  url: URL,
  caller: Caller | null,
): Promise<void> => {
  if (caller === null) throw new HubRefusal(401, 'A token is needed.', 'Set JITSTAT_TOKEN.');
  const found = apiRoutes.flatMap((route) => {
    const match = route.method === request.method ? route.path.exec(url.pathname) : null;
    return match === null ? [] : [{route, params: match.slice(1)}];
  })[0];
  if (found === undefined)
    throw new HubRefusal(404, 'There is no such request.', 'See docs/fleet.md.');
  const {route, params} = found;
  if (!route.roles.includes(caller.role))
    throw withCaller(
      new HubRefusal(
        403,
        `A token for ${caller.role} may not do this.`,
        `It takes one for: ${route.roles.join(', ')}.`,
      ),
      caller,
    );
  const text = route.method === 'POST' ? await readBody(request, route.mostBytes) : '';
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const answer = await route.answer({
      hub,
      caller,
      params,
      query: url.searchParams,
      body: parse(text),
      signal: gone.signal,
    });
    if (request.method === 'POST' && caller.role !== 'agent') logDone(hub, caller, url, answer);
    sendJson(response, 200, answer);
  } catch (error) {
    throw withCaller(error, caller);
  }
};

const logDone = (hub: Hub, caller: Caller, {pathname}: URL, answer: unknown): void =>
  hub.log({
    who: caller.name,
    action: `POST ${pathname}`,
    refused: false,
    detail: JSON.stringify(answer),
  });

/** Who was refused, for the log. */
const callers = new WeakMap<object, Caller>();
const withCaller = (error: unknown, caller: Caller): unknown => {
  if (error instanceof HubRefusal) callers.set(error, caller);
  return error;
};

const parse = (text: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    throw new HubRefusal(400, 'The request is not JSON.', 'See docs/fleet.md.');
  }
};

const readBody = async (request: IncomingMessage, mostBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostBytes)
      throw new HubRefusal(413, `A request of more than ${mostBytes} bytes.`, 'Send less at once.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
};

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  const text = JSON.stringify(value ?? null);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
};

const answerError = (
  request: IncomingMessage,
  response: ServerResponse,
  {hub, onError}: HubServerOptions,
  error: unknown,
): void => {
  if (response.destroyed || response.headersSent) return;
  const isApi = (request.url ?? '').startsWith('/api/');
  const send = (status: number, message: string, hint: string, code: RefusalCode): void => {
    // The rest of a refused request is not read.
    response.setHeader('Connection', 'close');
    if (isApi) sendJson(response, status, {message, hint, code});
    else sendContent(request, response, status, messagePage(message, hint));
  };
  if (error instanceof HubRefusal) {
    const who = callers.get(error)?.name ?? `unknown (${request.socket.remoteAddress})`;
    const action = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    const {message: detail} = error;
    hub.log({who, action, host: callers.get(error)?.host, refused: true, detail});
    if (error.status === 401 && !isApi) return askForToken(request, response);
    return send(error.status, error.message, error.hint, error.code);
  }
  onError(error);
  // The database may be away for a moment, so senders try again.
  send(503, error instanceof Error ? error.message : String(error), 'Try again.', null);
};
