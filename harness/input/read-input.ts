// Reads what a command was pointed at: a file, or stdin for `-`.
import {constants, createReadStream, openSync, statSync} from 'node:fs';
import {Socket} from 'node:net';
import {resolve} from 'node:path';
import {getHeapStatistics} from 'node:v8';
import {UserError} from '../../results/error.ts';
import type {Io} from '../command/command.ts';
import {inputLimit} from '../command/command.ts';
import {visible} from '../../results/visible.ts';
import {systemReason} from '../command/trouble.ts';

/** The text, as UTF-8, UTF-16 (by its byte order mark), or Latin-1 if it is not UTF-8. */
export const readInput = async (io: Io, ref: string): Promise<string> => {
  const limit = inputLimit(io.env);
  const bytes = ref === '-' ? await io.stdin() : await readBytes(resolve(io.cwd, ref), ref, limit);
  if (bytes.length > limit)
    throw new UserError(
      `${ref === '-' ? 'stdin' : visible(ref)} is larger than ${limit / 1e6} MB.`,
      'Cut out the tables, or raise the limit: JITSTAT_INPUT_MB=512.',
    );
  checkMemory(ref === '-' ? 'stdin' : visible(ref), bytes.length);
  return decode(bytes);
};

/** What reading takes of node's memory for a byte of text, rounded up: 200 MB of `-x` took 2.9 GB. */
const memoryPerByte = 16;

/** Refuses what would end node without a message. `heap`: the bytes node may use. */
export const checkMemory = (
  name: string,
  bytes: number,
  heap = getHeapStatistics().heap_size_limit,
): void => {
  const needed = bytes * memoryPerByte;
  if (needed <= heap) return;
  const gigabytes = (one: number): string => `${(one / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `${name} holds ${Math.round(bytes / 1e6)} MB: reading it may take ${gigabytes(needed)} of memory, ` +
      `and node may use ${gigabytes(heap)}.`,
    'Cut out the tables, or give node more memory: ' +
      `NODE_OPTIONS=--max-old-space-size=${Math.ceil(needed / 2 ** 20)}.`,
  );
};

/** At most a little more than the limit: a device or a pipe may never end. */
const readBytes = async (path: string, ref: string, limit: number): Promise<Buffer> => {
  try {
    const stat = statSync(path);
    if (stat.isDirectory())
      throw new UserError(`${visible(ref)} is a folder.`, 'Name a file, or - for stdin.');
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stat.isFIFO() ? pipeAt(path) : createReadStream(path)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > limit) break;
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new UserError(
      `${visible(ref)} cannot be read: ${reason.words}.`,
      'Name a file that exists and may be read, or - for stdin.',
    );
  }
};

/** Opened without waiting for a writer: a thread that waits would outlive every signal. */
const pipeAt = (path: string): Socket =>
  new Socket({fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false});

const decode = (bytes: Buffer): string => {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe)
    return bytes.subarray(2).toString('utf16le');
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
};
