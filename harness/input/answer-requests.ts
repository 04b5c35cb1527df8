// Answers the request lines of `jit --batch`, a few hundred at a time.
import {answerLines, longestRequest} from '../../jit/batch.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {troubleOf} from '../command/trouble.ts';
import type {Io} from '../command/command.ts';
import {ensureFrames} from '../play/ensure-frames.ts';
import {resolveSide, sidePattern} from '../sides/resolve.ts';

/** Answers every request line on stdout; a bad one is an answer as well. */
export const answerRequests = async (io: Io, requests: Uint8Array): Promise<void> => {
  const failures = new Map<string, Error>();
  const find = (name: string): Variant => {
    const failure = failures.get(name);
    if (failure !== undefined) throw failure;
    const variant = findVariant(name);
    ensureFrames(variant);
    return variant;
  };
  for (const lines of batchesOf(requests)) {
    for (const side of sidesOf(lines)) await resolveOnce(io, side, failures);
    for (const answer of answerLines(lines, find)) io.out(`${answer}\n`);
  }
};

/** The sides with other compilers that these requests name. */
const sidesOf = (lines: readonly string[]): Set<string> => {
  const named = lines.filter((line) => line.length <= longestRequest && sidePattern.test(line));
  const sides = named.map((line) => {
    try {
      return (JSON.parse(line) as {variant?: unknown} | null)?.variant;
    } catch {
      return undefined;
    }
  });
  return new Set(sides.filter((side) => typeof side === 'string'));
};

/** A side that is not available gives an error as the answer to its requests; the batch goes on. */
const resolveOnce = async (io: Io, side: string, failures: Map<string, Error>): Promise<void> => {
  if (failures.has(side)) return;
  try {
    await resolveSide(side, {io, rules: null});
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    failures.set(side, error as Error);
  }
};

/** Requests are answered a few hundred at a time, so that an emitter is started once for them. */
const batchLines = 256;

const batchCharacters = 1 << 24;

function* batchesOf(bytes: Uint8Array): Generator<string[]> {
  let lines: string[] = [];
  let size = 0;
  for (const line of linesOf(bytes)) {
    if (line.trim() === '') continue;
    lines.push(line);
    size += line.length;
    if (lines.length < batchLines && size < batchCharacters) continue;
    yield lines;
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield lines;
}

/**
 * Reads line by line from the bytes: a whole file may be longer than a string can be, and so may a
 * line that is not a request.
 */
function* linesOf(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < buffer.length;) {
    const newline = buffer.indexOf(10, start);
    const end = newline === -1 ? buffer.length : newline;
    yield buffer.toString('utf8', start, Math.min(end, start + longestRequest + 1));
    start = end + 1;
  }
}
