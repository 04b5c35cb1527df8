// Reads what a command was pointed at: a file, or stdin for `-`.
import {readFileSync, statSync} from 'node:fs';
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {Io} from '../command/command.ts';

/** The text, as UTF-8, UTF-16 (by its byte order mark) or Latin-1 where it is no UTF-8. */
export const readInput = async (io: Io, ref: string): Promise<string> =>
  decode(ref === '-' ? await io.stdin() : readBytes(resolve(io.cwd, ref), ref));

const readBytes = (path: string, ref: string): Buffer => {
  try {
    if (statSync(path).isDirectory())
      throw new UserError(`${ref} is a folder.`, 'Name a file, or - for stdin.');
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${ref} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Name a file that exists and may be read, or - for stdin.',
    );
  }
};

const decode = (bytes: Buffer): string => {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe)
    return bytes.subarray(2).toString('utf16le');
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
};
