// What one instruction does to a PMU's counters: whether it is a branch, loads, or stores, from its
// AT&T text.

export interface InstructionKind {
  readonly branch: 0 | 1;
  readonly loads: 0 | 1;
  readonly stores: 0 | 1;
}

/**
 * Mnemonics without the operand size letter: what branches and stack instructions do. Memory
 * operands are found in the text.
 */
const stackForms: readonly (readonly [RegExp, InstructionKind])[] = [
  [/^j/, {branch: 1, loads: 0, stores: 0}],
  [/^call/, {branch: 1, loads: 0, stores: 1}],
  [/^ret/, {branch: 1, loads: 1, stores: 0}],
  [/^push/, {branch: 0, loads: 0, stores: 1}],
  [/^pop/, {branch: 0, loads: 1, stores: 0}],
  [/^leave/, {branch: 0, loads: 1, stores: 0}],
];

/** These touch no memory although they print a memory operand. */
const addressOnly = /^(lea|nop|prefetch|endbr)/;
/** These read a memory operand wherever it is and never write it. */
const readOnly = /^(cmp(?!xchg)|test|scas|bt[lqw]?$|i?mul|i?div)/;
/** These write their last operand without reading it. */
const writeOnly = /^(mov|set|stos)/;

/**
 * Loads and stores as a PMU counts them: one for each memory operand read or written, the stack
 * included; an instruction that changes memory in place is one load and one store (Intel SDM vol. 3,
 * MEM_INST_RETIRED).
 */
export const kindOf = (text: string): InstructionKind => {
  const [mnemonic, ...rest] = text
    .replace(/^(?:lock|rep[nez]*|bnd|notrack|cs|ds) /, '')
    .trim()
    .split(/\s+/);
  const operands = splitOperands(rest.join(''));
  const form =
    stackForms.find(([pattern]) => pattern.test(mnemonic))?.[1] ??
    ({branch: 0, loads: 0, stores: 0} as const);
  const memory = operands.findIndex((operand) => operand.includes('('));
  if (memory === -1 || addressOnly.test(mnemonic)) return form;
  const last = operands.at(-1)!.includes('(');
  const reads = memory < operands.length - 1 || !writeOnly.test(mnemonic) || form.branch === 1;
  const writes =
    last &&
    form.branch === 0 &&
    operands.length > 0 &&
    !readOnly.test(mnemonic) &&
    !mnemonic.startsWith('push');
  return {branch: form.branch, loads: reads ? 1 : form.loads, stores: writes ? 1 : form.stores};
};

/** Splits at commas outside parentheses. */
const splitOperands = (text: string): string[] => text.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
