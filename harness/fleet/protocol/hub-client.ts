// One request to a hub over HTTP or HTTPS: the token in a header, JSON both ways, refusals as errors.
import {request as httpRequest} from 'node:http';
import type {ClientRequest, IncomingMessage} from 'node:http';
import {request as httpsRequest} from 'node:https';
import {UserError} from '../../../results/error.ts';

export interface Hub {
  readonly url: URL;
  readonly token: string;
}

/** The hub answered with a refusal. */
export class RefusedError extends UserError {
  /** `lease`, `stored` or `cancelled`: what an agent acts on. */
  readonly code: string | null;
  readonly status: number;
  constructor(message: string, hint: string, code: string | null, status: number) {
    super(message, hint);
    this.code = code;
    this.status = status;
  }
}

/** The hub cannot be reached, or its database is away: the same request may succeed later. */
export class UnreachableError extends UserError {}

const loopbacks = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Throws a UserError for a URL that is not a hub's, or that would send the token in clear text. */
export const readHubUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UserError(
      `'${text}' is not the address of a hub.`,
      'For example --hub https://hub.example.org or --hub http://127.0.0.1:7430.',
    );
  if (url.protocol === 'http:' && !loopbacks.has(url.hostname))
    throw new UserError(
      `${text} would send the token over the network in clear text.`,
      'Use https: (a proxy with a certificate in front of the hub), or a tunnel to its 127.0.0.1.',
    );
  return url;
};

/** Codes of Node and OpenSSL for a certificate that does not fit: trying again is useless. */
const certificateFault = /CERT|^UNABLE_TO_/;

export interface CallOptions {
  /** Without an answer for this time the hub counts as unreachable; in milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The JSON of the answer; null if there is none (204). Throws RefusedError, UnreachableError, or
 * UserError for a certificate that is not accepted. Node's own client and not `fetch`, whose timers
 * would wake an idle agent every second.
 */
export const callHub = <T>(
  hub: Hub,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  {timeoutMs = 30_000, signal}: CallOptions = {},
): Promise<T> =>
  new Promise((resolve, reject) => {
    const url = new URL(path.replace(/^\//, ''), withSlash(hub.url));
    const text = body === undefined ? '' : JSON.stringify(body);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent: ClientRequest = send(url, {
      method,
      agent: false,
      ...(signal === undefined ? {} : {signal}),
      headers: {
        Authorization: `Bearer ${hub.token}`,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      },
    });
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), timeoutMs);
    sent.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(connectionError(hub, error));
    });
    sent.once('response', (response) => {
      readAnswer(response).then(
        (answer) => {
          clearTimeout(timer);
          const {statusCode = 0} = response;
          if (statusCode === 200 || statusCode === 204) resolve(answer as T);
          else reject(answerError(hub, statusCode, answer));
        },
        (error: Error) => {
          clearTimeout(timer);
          reject(unreachable(hub, error.message));
        },
      );
    });
    sent.end(text);
  });

const unreachable = (hub: Hub, why: string): UnreachableError =>
  new UnreachableError(
    `The hub at ${hub.url.href} cannot be reached: ${why}.`,
    'Check the address, and that jitstat hub runs there.',
  );

const connectionError = (hub: Hub, {code = '', message}: NodeJS.ErrnoException): Error =>
  certificateFault.test(code)
    ? new UserError(
        `The certificate of the hub at ${hub.url.href} is not accepted: ${message}.`,
        'NODE_EXTRA_CA_CERTS=FILE in the environment names your own authority.',
      )
    : unreachable(hub, message);

/** What an answer with a status other than 200 and 204 means. */
const answerError = (hub: Hub, status: number, answer: unknown): Error => {
  const {message, hint, code} = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const words = typeof message === 'string' ? message : `it answered with status ${status}`;
  return status >= 500
    ? unreachable(hub, words.replace(/\.$/, ''))
    : new RefusedError(
        words,
        typeof hint === 'string' ? hint : 'Ask its owner.',
        typeof code === 'string' ? code : null,
        status,
      );
};

const withSlash = (url: URL): URL => {
  const copy = new URL(url);
  if (!copy.pathname.endsWith('/')) copy.pathname += '/';
  return copy;
};

const readAnswer = async (response: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (!response.complete) throw new Error('its answer was cut off');
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    throw new Error('its answer is not that of a hub');
  }
};
