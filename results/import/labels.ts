// The words that name a table in a mail: `Before:`, `With this patch:`, a heading, or the command
// line above it.
import type {ShellLine, Words} from './label-rules.ts';
import {labelRules, longest} from './label-rules.ts';
import {beforeVerbose, isChatter, isHeading, isPrompted, isShell} from './label-words.ts';

import {hasText} from './perf-tokens.ts';
import {remembered} from './repeated-words.ts';

const [mostCharacters, mostLines] = [3000, 40];

/**
 * `label` null = nothing names the table. `shell` only if the command line itself introduces the
 * table (it ends in `:`).
 * `lasts`: the label is a heading or ends in `:`, and so may name several tables. `isBare`: no
 * words at all. `heading`: the heading above the label, if there is one.
 */
export interface Naming {
  readonly label: string | null;
  readonly shell: ShellLine | null;
  readonly lasts: boolean;
  readonly isBare: boolean;
  readonly heading: string | null;
}

/** `off`: names of rules left out, for tests. */
export const labelOf = (between: string, off?: ReadonlySet<string>): Naming => {
  if (!hasText(between, 0, between.length)) return noWords;
  return off === undefined ? rememberedLabel(between) : readLabel(between, off);
};

const readLabel = (between: string, off?: ReadonlySet<string>): Naming => {
  const printed = beforeVerbose(between.slice(-mostCharacters))
    .split('\n')
    .slice(-mostLines)
    .map((line) => line.trim());
  // A `+` alone is an empty line of an added block, whose signs are not part of any name.
  const all = printed.includes('+') ? printed.map((line) => line.replace(/^\+\s*/, '')) : printed;
  const isWords = (line: string): boolean => line !== '' && !isChatter(line);
  const last = all.findLast(isWords);
  if (last === undefined) return noWords;
  const parts: Words['parts'] = () => {
    const lines = all.filter(isWords);
    const perf = lines.findLastIndex(isShell);
    const command = perf >= 0 ? perf : firstOfLast(lines, isPrompted);
    return command < 0
      ? {command: null, upper: lines}
      : {command: lines[command], upper: lines.slice(0, command)};
  };
  const words: Words = {all, last, parts};
  for (const {name, take} of labelRules) {
    const taken = off?.has(name) === true ? null : take(words);
    if (taken === null) continue;
    const {words: label, lasts = false, shell = null} = taken;
    if (label === '') return unnamed;
    return {
      label: clip(label),
      shell,
      lasts,
      isBare: false,
      heading: headingAbove(all, label),
    };
  }
  return unnamed;
};

/** Of the lines that hold, the last, or the first of those right above it; -1 = none. */
const firstOfLast = (lines: readonly string[], holds: (line: string) => boolean): number => {
  let at = lines.findLastIndex(holds);
  while (at > 0 && holds(lines[at - 1])) at--;
  return at;
};

const rememberedLabel = remembered((between) => readLabel(between));

const unnamed: Naming = {label: null, shell: null, lasts: false, isBare: false, heading: null};
const noWords: Naming = {...unnamed, isBare: true};

/** The nearest heading above the line of a label, of a higher rank if that is a heading too. */
const headingAbove = (all: readonly string[], label: string): string | null => {
  const at = all.lastIndexOf(label);
  const rankOf = (line: string): number => /^#*/.exec(line)?.[0].length ?? 0;
  const own = rankOf(label);
  const found = all
    .slice(0, Math.max(0, at))
    .findLast((line, i) => isHeading(line, all[i + 1] ?? '') && (own === 0 || rankOf(line) < own));
  return found === undefined ? null : clip(found);
};

/**
 * True if words between two rows begin another output: a name, a heading, a command, a fence
 * that closes and opens.
 */
export const namesNext = (between: string): boolean =>
  labelOf(between).lasts ||
  between.split('\n').some((line) => isShell(line)) ||
  (between.match(/^\s*```/gm)?.length ?? 0) > 1;

/** The words before a number on its own line: `base:`, `+NUMA no slow start:`. */
export const ownLabel = (words: string): string | null =>
  /[A-Za-z]/.test(words) ? clip(words) : null;

const clip = (words: string): string | null => {
  const bare = words
    .replace(/^[\s#*_|>"'`$+=-]+/, '')
    .replace(/\s+/g, ' ')
    .replace(/^and (?=(?:before|after|with|without|patched)\b)/i, '')
    .replace(/[\s:\uff1a|`*_=]+$/, '')
    .trim();
  const signed = /^\s*(?:([+-])(?=[A-Z]{3,})|(\+)(?=\s*patch))/.exec(words);
  const label = signed === null ? bare : (signed[1] ?? signed[2]) + bare;
  return label === ''
    ? null
    : label.length > longest
      ? label.slice(-longest).replace(/^\S*\s+/, '')
      : label;
};
