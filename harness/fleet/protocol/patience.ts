// Requests of people and scripts, which wait for a hub or database that is being restarted.
import {setTimeout as sleep} from 'node:timers/promises';
import {callHub, UnreachableError} from './hub-client.ts';
import type {Hub} from './hub-client.ts';

/** How long to wait in all; nightly scripts must not lose a night to a restart. */
const patienceMs = 20_000;
const pauseMs = 500;

/** Like `callHub`, for requests that may arrive twice. */
export const callPatiently = async <T>(
  hub: Hub,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> => {
  for (const end = Date.now() + patienceMs; ; await sleep(pauseMs)) {
    try {
      return await callHub<T>(hub, method, path, body);
    } catch (error) {
      if (!(error instanceof UnreachableError) || Date.now() > end) throw error;
    }
  }
};
