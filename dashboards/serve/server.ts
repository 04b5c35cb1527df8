// The server of `jitstat serve`. It listens only on this machine and changes nothing: a method, a
// Host header and a path go in, a page comes out.
import {createServer} from 'node:http';
import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import {UserError} from '../../results/error.ts';
import {contentPolicy} from '../page/document.ts';
import {messagePage} from './pages.ts';
import type {Answer} from './routes.ts';

export interface ServeOptions {
  readonly port: number;
  /** Answers a path with its query; null if there is nothing. */
  readonly answer: (path: string, query: URLSearchParams) => Promise<Answer | null>;
  readonly onError?: (error: unknown) => void;
}

const loopback = '127.0.0.1';

/**
 * A page of another site that makes a browser send requests here sends its own host name, so only
 * names of this machine are answered.
 */
const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Listens on 127.0.0.1 and resolves when it does. Throws UserError if the port cannot be used. */
export const startServer = (options: ServeOptions): Promise<{server: Server; url: string}> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      void handle(request, response, options);
    });
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          `Port ${options.port} cannot be used: ${error.message}.`,
          error.code === 'EADDRINUSE'
            ? 'Another program has it; choose one with --port N, or --port 0 for a free one.'
            : 'Choose another with --port N.',
        ),
      ),
    );
    server.listen(options.port, loopback, () => {
      const address = server.address();
      resolve({
        server,
        url:
          `http://${loopback}:` +
          `${typeof address === 'object' && address !== null ? address.port : options.port}/`,
      });
    });
  });

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
): Promise<void> => {
  try {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!ownNames.has(name))
      return sendContent(
        request,
        response,
        403,
        messagePage('Wrong host name', 'This server answers only to localhost.'),
      );
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendContent(
        request,
        response,
        405,
        messagePage('Read only', 'This server only shows pages; it accepts GET and HEAD.'),
        {Allow: 'GET, HEAD'},
      );
    const target = parseTarget(request.url ?? '/');
    const answer = target === null ? null : await options.answer(target.path, target.query);
    const nothing = 'There is no such page, session or workload in this store.';
    return sendAnswer(request, response, answer, nothing);
  } catch (error) {
    if (error instanceof UserError)
      return sendContent(request, response, 404, messagePage(error.message, error.hint));
    options.onError?.(error);
    return sendContent(
      request,
      response,
      500,
      messagePage(
        'This page could not be made',
        error instanceof Error ? error.message : String(error),
      ),
    );
  }
};

/** Path, still encoded, and query of a request; null if they are not well formed. */
const parseTarget = (target: string): {path: string; query: URLSearchParams} | null => {
  if (!target.startsWith('/') || target.length > 4096) return null;
  const [path, query] = [
    target.split('?', 1)[0],
    target.includes('?') ? target.slice(target.indexOf('?') + 1) : '',
  ];
  try {
    decodeURIComponent(path);
    return {path, query: new URLSearchParams(query)};
  } catch {
    return null;
  }
};

/** A page, a redirect, or if there is neither a page that says `nothing`. */
export const sendAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer | null,
  nothing: string,
): void => {
  if (answer === null) sendContent(request, response, 404, messagePage('Nothing here', nothing));
  else if ('redirect' in answer) {
    const empty = {type: 'text/plain; charset=utf-8', body: ''};
    sendContent(request, response, 303, empty, {Location: answer.redirect});
  } else sendContent(request, response, 200, answer);
};

interface Content {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A page's own policy, in the header too; what is not a page may load and run nothing. */
const policyOf = ({type, body}: Content): string => {
  const own = type.startsWith('text/html')
    ? contentPolicy(String(body))
    : "default-src 'none'; style-src 'unsafe-inline'; sandbox";
  return `${own}; frame-ancestors 'none'`;
};

/** A whole answer, with the headers every page gets. */
export const sendContent = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  content: Content,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, {
    'Content-Type': content.type,
    'Content-Length': Buffer.byteLength(content.body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // No referrer is sent elsewhere; a hub's own forms must say where they come from.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': policyOf(content),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : content.body);
};
