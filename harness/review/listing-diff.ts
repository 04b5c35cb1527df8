// What a patch changes in the code of prologues and tail calls: differing listings as diffs by
// machine instruction.
import {listFunction} from '../../jit/listing/listing.ts';
import type {ListingLine} from '../../jit/listing/listing.ts';
import type {ReviewedImage} from './images.ts';

export interface ListingDiff {
  readonly step: 'prologue' | 'tail call';
  /** The function in which it was first seen. */
  readonly where: string;
  /** How many functions or tail calls have exactly this change. */
  readonly count: number;
  /** Lines with ` `, `-` or `+` in front. */
  readonly lines: readonly string[];
}

/** All distinct changes, the most frequent first. */
export const listingDiffs = (images: readonly ReviewedImage[]): readonly ListingDiff[] => {
  const found = new Map<string, {-readonly [Key in keyof ListingDiff]: ListingDiff[Key]}>();
  for (const {workload, before, after, isSame} of images) {
    if (isSame) continue;
    for (const [index, one] of before.functions.entries()) {
      const other = after.functions[index];
      if (one.program === '' || other === undefined) continue;
      const [old, now] = [listFunction(one), listFunction(other)].map(pieces);
      for (const [key, piece] of old) {
        const lines = diffLines(piece.lines, now.get(key)?.lines ?? []);
        if (lines.every((line) => line.startsWith(' '))) continue;
        const text = `${piece.step}\n${lines.join('\n')}`;
        const known = found.get(text);
        if (known !== undefined) known.count++;
        else
          found.set(text, {step: piece.step, where: `${workload}: ${one.symbol}`, count: 1, lines});
      }
    }
  }
  return [...found.values()].toSorted((one, other) => other.count - one.count);
};

interface Piece {
  readonly step: ListingDiff['step'];
  readonly lines: readonly string[];
}

/** The prologue, and each tail call by its instruction. */
const pieces = (lines: readonly ListingLine[]): ReadonlyMap<string, Piece> => {
  const found = new Map<string, {step: ListingDiff['step']; lines: string[]}>();
  for (const line of lines) {
    if (line.step !== 'prologue' && line.step !== 'tail call') continue;
    const key = `${line.step} ${line.insn}`;
    const piece = found.get(key) ?? {step: line.step, lines: []};
    found.set(key, piece);
    piece.lines.push(relative(line));
  }
  return found;
};

/** A jump's target is compared by its distance: addresses move with everything before them. */
const relative = ({text, leadsTo, address}: ListingLine): string => {
  if (leadsTo === null) return text;
  const distance = leadsTo - address;
  const word = text.split(' ')[0];
  return word === 'call' || distance > 0x10000n || distance < -0x10000n
    ? word
    : `${word} .${distance < 0n ? '' : '+'}${distance}`;
};

/** The longest common subsequence; pieces have about ten lines. */
export const diffLines = (old: readonly string[], now: readonly string[]): readonly string[] => {
  const longest = Array.from({length: old.length + 1}, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let k = now.length - 1; k >= 0; k--)
      longest[i][k] =
        old[i] === now[k]
          ? longest[i + 1][k + 1] + 1
          : Math.max(longest[i + 1][k], longest[i][k + 1]);
  const lines: string[] = [];
  let [i, k] = [0, 0];
  while (i < old.length || k < now.length) {
    if (i < old.length && k < now.length && old[i] === now[k]) {
      lines.push(` ${old[i++]}`);
      k++;
    } else if (i < old.length && (k === now.length || longest[i + 1][k] >= longest[i][k + 1]))
      lines.push(`-${old[i++]}`);
    else lines.push(`+${now[k++]}`);
  }
  return lines;
};
