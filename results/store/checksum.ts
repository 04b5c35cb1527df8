// Checksums of what a store holds: a document ends with the SHA-256 of everything before it, a
// journal line with its own CRC-32.
import {createHash} from 'node:crypto';
import {crc32} from 'node:zlib';

// A document:   {                            A line:   {...,"crc":"1a2b3c4d"}
//               "checked": 1,
//               ...
//               "checksum": "sha256:..."
//               }
//
// The mark is at the beginning and the sum at the end: damage to one leaves the other, so a checked
// file is never mistaken for an old one, which has neither.

/** Version of the method; a reader refuses those it does not know. */
export const checksumVersion = 1;

const mark = /^\s*\{\s*"checked"\s*:\s*(\d+)/;
const documentEnd = /"checksum": "(sha256:[0-9a-f]{64})"\n\}\n$/;
const lineEnd = /,"crc":"([0-9a-f]{8})"\}$/;

/** Bytes at either end in which the mark and the sum are looked for. */
const endBytes = 256;

export const sha256 = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The document as text, one top-level key a line: differences in git stay readable. */
export const sealDocument = (document: object): string => {
  const lines = Object.entries({checked: checksumVersion, ...document})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  const body = `{\n${lines.join('')}`;
  return `${body}"checksum": "${sha256(body)}"\n}\n`;
};

/**
 * True if the document's checksum fits, false if it has none (written before there were any).
 * Throws an Error for a sum that is wrong, missing or of a later version.
 */
export const checkDocument = (raw: Buffer): boolean => {
  // A checkout may have changed the line ends; no other carriage return is raw in JSON.
  const bytes = raw.includes('\r\n') ? Buffer.from(raw.toString().replaceAll('\r\n', '\n')) : raw;
  const start = mark.exec(bytes.toString('latin1', 0, endBytes));
  const tail = bytes.toString('latin1', Math.max(0, bytes.length - endBytes));
  if (start === null && !tail.includes('"checksum"')) return false;
  if (start !== null && Number(start[1]) > checksumVersion)
    throw new Error(`its checksum is of version ${start[1]}, which this jitstat does not know`);
  const end = documentEnd.exec(tail);
  const body = bytes.subarray(0, bytes.length - (end?.[0].length ?? 0));
  if (end === null || end[1] !== sha256(body))
    throw new Error('its checksum does not fit: it was changed after it was written');
  return true;
};

/** A document as read, without what sealing added to it. */
export const withoutSeal = <T extends object>(document: T): T => {
  const {checked: _checked, checksum: _checksum, ...rest} = document as T & Seal;
  return rest as unknown as T;
};

interface Seal {
  readonly checked?: number;
  readonly checksum?: string;
}

/** One line of a journal, without its line feed. */
export const sealLine = (record: object): string => {
  const body = JSON.stringify(record).slice(0, -1);
  return `${body},"crc":"${crcOf(body)}"}`;
};

/** `fits`, `wrong`, or `none` for a line that carries no checksum. */
export const checkLine = (line: string): 'fits' | 'wrong' | 'none' => {
  const end = lineEnd.exec(line.slice(-32));
  if (end === null) return 'none';
  return crcOf(line.slice(0, -end[0].length)) === end[1] ? 'fits' : 'wrong';
};

const crcOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
