// How a kernel's machine code differs from a variant's, function by function, and of which kind each
// difference is: both are disassembled, aligned by instruction, and what is left is named.
import {disassemble} from '../../jit/x86/disassemble.ts';

export type DifferenceKind =
  | 'endbr64'
  | 'counter load'
  | 'struct offset'
  | 'thunk'
  | 'jump length'
  | 'hardened constant'
  | 'indirect tail call'
  | 'inlined helper'
  | 'other';

/** Neighbouring instructions that differ. */
export interface CodeDifference {
  readonly kind: DifferenceKind;
  /** Offset in our function, in bytes. */
  readonly offset: number;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  /** The inlined helper's name, if known. */
  readonly helper: string | null;
}

interface Line {
  readonly offset: number;
  readonly text: string;
  /** Length and text without what depends on addresses. */
  readonly key: string;
  readonly leadsTo: bigint | null;
}

const linesOf = (code: Uint8Array, base: bigint): readonly Line[] => {
  const lines: Line[] = [];
  for (let offset = 0; offset < code.length;) {
    const {bytes, text, leadsTo} = disassemble(code, offset, base);
    lines.push({offset, text, leadsTo, key: `${bytes} ${keyOf(text, leadsTo)}`});
    offset += bytes;
  }
  return lines;
};

const keyOf = (text: string, leadsTo: bigint | null): string => {
  if (leadsTo !== null) return text.replace(/ .*/, ' TARGET');
  return text.startsWith('movabs') ? text.replace(/\$-?0x[0-9a-f]+/, '$ADDRESS') : text;
};

/**
 * The differences of one function, in order; empty if the code is the same but for addresses.
 * `helperAt` names the helper at an address that our code calls.
 */
export const explainFunction = (
  ours: {readonly code: Uint8Array; readonly base: bigint},
  theirs: {readonly code: Uint8Array; readonly base: bigint},
  helperAt: (address: bigint) => string | null,
): readonly CodeDifference[] => {
  const [from, to] = [linesOf(ours.code, ours.base), linesOf(theirs.code, theirs.base)];
  return hunks(from, to).map(({left, right, at}) => {
    const called = left.find(({text}) => text.startsWith('call'))?.leadsTo ?? null;
    const kind = kindOf(left, right);
    return {
      kind,
      offset: from[at]?.offset ?? ours.code.length,
      ours: left.map(({text}) => text),
      theirs: right.map(({text}) => text),
      helper: kind === 'inlined helper' && called !== null ? helperAt(called) : null,
    };
  });
};

interface Hunk {
  readonly at: number;
  readonly left: readonly Line[];
  readonly right: readonly Line[];
}

/** Runs of lines outside a longest common subsequence. */
const hunks = (left: readonly Line[], right: readonly Line[]): readonly Hunk[] => {
  let first = 0;
  while (first < left.length && left[first].key === right[first]?.key) first++;
  let [a, b] = [left.length, right.length];
  while (a > first && b > first && left[a - 1].key === right[b - 1].key) [a, b] = [a - 1, b - 1];
  const common = commonLines(left.slice(first, a), right.slice(first, b));
  const found: Hunk[] = [];
  let [i, j] = [first, first];
  for (const [x, y] of [...common.map(([x, y]) => [x + first, y + first]), [a, b]]) {
    if (x > i || y > j) found.push({at: i, left: left.slice(i, x), right: right.slice(j, y)});
    [i, j] = [x + 1, y + 1];
  }
  return found;
};

/** Pairs of indexes of a longest common subsequence, by the table of its lengths. */
const commonLines = (
  left: readonly Line[],
  right: readonly Line[],
): readonly (readonly [number, number])[] => {
  const width = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        left[i].key === right[j].key
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    if (left[i].key === right[j].key) pairs.push([i++, j++]);
    else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++;
    else j++;
  }
  return pairs;
};

const counterLoad = /^mov -?0x[0-9a-f]+\(%rbp\),%rax$/;

/**
 * With net.core.bpf_jit_harden constants are made from two random ones in %r10 (0 by a 64-bit xor), and
 * no tail call is patched: its target is in %rcx.
 */
const isHardened = ({text}: Line): boolean =>
  /^xor \$-?0x[0-9a-f]+,%r10d?$/.test(text) || /^xor (%r\w+),\1$/.test(text);
const isPatched = ({text}: Line): boolean => /^(?:jmp \w|nop)/.test(text);

/** The kind of a hunk: the first rule that fits all of its lines. */
const kindOf = (left: readonly Line[], right: readonly Line[]): DifferenceKind => {
  const all = [...left, ...right];
  if (all.every(({text}) => text === 'endbr64')) return 'endbr64';
  if (all.every(({text}) => counterLoad.test(text))) return 'counter load';
  if (left.length === right.length && left.every((line, i) => isSameButNumbers(line, right[i])))
    return 'struct offset';
  if (left.length === 1 && right.length === 1 && isSameJump(left[0], right[0]))
    return 'jump length';
  if (all.every(({text}) => /^(?:jmp|call|nop|int3|ret|lfence)/.test(text))) return 'thunk';
  if (right.some(isHardened)) return 'hardened constant';
  if (left.some(isPatched) && right.some(({text}) => /%rcx\b/.test(text)))
    return 'indirect tail call';
  if (left.some(({text}) => text.startsWith('call')) && right.length >= left.length)
    return 'inlined helper';
  return 'other';
};

/** A jump with another distance has the same mnemonic; its target is a number without `0x`. */
const isSameJump = (a: Line, b: Line): boolean =>
  a.text.startsWith('j') && a.text.split(' ', 1)[0] === b.text.split(' ', 1)[0];

const isSameButNumbers = (a: Line, b: Line): boolean => stripped(a.text) === stripped(b.text);

const stripped = (text: string): string => text.replaceAll(/-?0x[0-9a-f]+/g, 'N');
