// Parses the rows of the table of forms, and checks the whole table when it is loaded.
import {decodeOnlyRows} from './decode-only-forms.ts';
import {escape, formRows, prefixBytes} from './forms.ts';
import type {FormName, FormRow} from './forms.ts';

export type OperandWidth = 1 | 2 | 4 | 8;

/** One operand as the row names it. */
export interface FormOperand {
  readonly kind: 'register' | 'registerOrMemory' | 'immediate' | 'relative' | 'fixed';
  readonly text: string;
  /** In bytes. */
  readonly width: OperandWidth;
}

export interface Form {
  readonly name: string;
  readonly mnemonic: string;
  readonly att: string;
  readonly operands: readonly FormOperand[];
  /** 0x66, 0xf2 or 0xf3 in front of the opcode, 0 for none. */
  readonly prefix: number;
  readonly rex: 'W' | 'always' | 'if needed';
  /** The bits W and pp of a VEX form, whose escape is always 0F38; null for all others. */
  readonly vex: {readonly wide: 0 | 1; readonly pp: 1 | 2 | 3} | null;
  /** With the escape byte 0F; +rd and +cc add to the last one. */
  readonly opcode: readonly number[];
  readonly adds: 'nothing' | 'register' | 'condition';
  /** What ModRM.reg holds: a register or three bits of the opcode; null without a ModRM. */
  readonly modRm: 'register' | number | null;
  /** Bytes of the immediate or displacement at the end; 0 for none. */
  readonly tailBytes: 0 | 1 | 2 | 4 | 8;
}

const tails = {ib: 1, iw: 2, id: 4, io: 8, cb: 1, cd: 4} as const;
const vexPrefixes = {'66': 1, F3: 2, F2: 3} as const;
const fixedWidths = {eax: 4, rax: 8, ax: 2, al: 1, cl: 1, '1': 1} as const;
const kinds = {
  r: 'register',
  'r/m': 'registerOrMemory',
  imm: 'immediate',
  rel: 'relative',
} as const;

const operandOf = (text: string): FormOperand => {
  const [, kind, bits] = /^(r\/m|rel|r|imm)(8|16|32|64)$/.exec(text) ?? [];
  if (kind !== undefined)
    return {
      kind: kinds[kind as keyof typeof kinds],
      text,
      width: (Number(bits) / 8) as OperandWidth,
    };
  const [isMemory, memoryBits = '64'] = /^m(8|64)?$/.exec(text) ?? [];
  if (isMemory !== undefined)
    return {kind: 'registerOrMemory', text, width: (Number(memoryBits) / 8) as OperandWidth};
  if (!(text in fixedWidths)) throw new Error(`There is no operand '${text}'.`);
  return {kind: 'fixed', text, width: fixedWidths[text as keyof typeof fixedWidths]};
};

const nameOf = (mnemonic: string, operands: string): string => `${mnemonic} ${operands}`.trimEnd();

/** Throws an Error for a row that is not in the notation or whose operands and encoding disagree. */
export const parseForm = ([mnemonic, operandText, encoding, att = mnemonic]: FormRow): Form => {
  const name = nameOf(mnemonic, operandText);
  const operands = operandText === '' ? [] : operandText.split(', ').map(operandOf);
  const form = {
    name,
    mnemonic,
    att,
    operands,
    prefix: 0,
    rex: 'if needed' as Form['rex'],
    vex: null as Form['vex'],
    opcode: [] as number[],
    adds: 'nothing' as Form['adds'],
    modRm: null as Form['modRm'],
    tailBytes: 0 as Form['tailBytes'],
  };
  for (const [index, token] of encoding.split(' ').entries()) {
    const [, opcode, added] = /^([0-9A-F]{2})(?:\+(rd|cc))?$/.exec(token) ?? [];
    const [, pp, wide] = /^VEX\.(66|F3|F2)\.0F38\.W([01])$/.exec(token) ?? [];
    if (index === 0 && token in vexPrefixes) form.prefix = Number.parseInt(token, 16);
    else if (token === 'REX') form.rex = 'always';
    else if (token === 'REX.W') form.rex = 'W';
    else if (pp !== undefined)
      form.vex = {
        wide: wide === '1' ? 1 : 0,
        pp: vexPrefixes[pp as keyof typeof vexPrefixes],
      };
    else if (opcode !== undefined) {
      form.opcode.push(Number.parseInt(opcode, 16));
      if (added !== undefined) form.adds = added === 'rd' ? 'register' : 'condition';
    } else if (/^\/[r0-7]$/.test(token))
      form.modRm = token === '/r' ? 'register' : Number(token[1]);
    else if (token in tails) form.tailBytes = tails[token as keyof typeof tails];
    else throw new Error(`Form '${name}' (${encoding}): '${token}' is not understood.`);
  }
  const trouble = contradiction(form);
  if (trouble !== null) throw new Error(`Form '${name}' (${encoding}): ${trouble}.`);
  return form;
};

/** These have 64-bit operands even without REX.W. */
const wideByNature = ['push', 'pop', 'jmp', 'call', 'cmpxchg8b'];

const contradiction = (form: Form): string | null => {
  const {mnemonic, operands, opcode, modRm, adds, tailBytes, rex, vex, prefix} = form;
  const count = (kind: FormOperand['kind']) => operands.filter((each) => each.kind === kind).length;
  const tail = operands.find(({kind}) => kind === 'immediate' || kind === 'relative');
  const main = operands.find(({kind, text}) => kind !== 'immediate' && text !== 'cl')?.width;
  const escapeBytes = opcode[0] === escape ? 1 : 0;
  if (opcode.length === 0) return 'there is no opcode';
  if (opcode.length > 1 + escapeBytes && modRm !== null) return 'the opcode is too long';
  if ((modRm === null) !== (count('registerOrMemory') === 0)) return 'r/m and ModRM go together';
  const registers = modRm === 'register' ? (vex === null ? 1 : 2) : adds === 'register' ? 1 : 0;
  if (count('register') !== registers) return `the encoding holds ${registers} registers`;
  if ((tail?.width ?? 0) !== tailBytes) return 'operand and immediate differ in size';
  if (adds === 'condition' && (opcode.at(-1)! & 15) !== 0) return '+cc needs 16 opcodes';
  if (adds === 'register' && (opcode.at(-1)! & 7) !== 0) return '+rd needs 8 opcodes';
  const wide = vex === null ? rex === 'W' : vex.wide === 1;
  const isWide = main === 8 || mnemonic === 'cqo';
  if (wide !== isWide && !(isWide && wideByNature.includes(mnemonic)) && main !== undefined)
    return 'W and the operands disagree';
  if (operands.length > 0 && (main === 2) !== (prefix === prefixBytes.data16 && vex === null))
    return 'prefix 66 and the operands disagree';
  return null;
};

/** `xchg eax, eax` is the nop, so opcode 90 belongs to that form. */
export const isNop = (opcode: readonly number[]): boolean =>
  opcode.length === 1 && opcode[0] === nop.opcode[0];

const nop = parseForm(formRows.find(([mnemonic, operands]) => `${mnemonic}${operands}` === 'nop')!);

/** What a decoder sees before it has read operands; two rows that share a key are ambiguous. */
const keysOf = ({prefix, rex, vex, opcode, adds, modRm}: Form): string[] => {
  const added = {nothing: 1, register: 8, condition: 16}[adds];
  const digits = modRm === null ? [''] : modRm === 'register' ? [0, 1, 2, 3, 4, 5, 6, 7] : [modRm];
  const before = `${prefix}/${vex === null ? rex === 'W' : `${vex.wide}.${vex.pp}`}`;
  const last = opcode.at(-1)!;
  return Array.from({length: added}, (_, add) => [...opcode.slice(0, -1), last + add])
    .filter((bytes) => adds !== 'register' || !isNop(bytes))
    .flatMap((bytes) => digits.map((digit) => `${before}/${bytes.join(' ')}/${digit}`));
};

/** Throws an Error if two rows share a name or an encoding. */
export const parseForms = (rows: readonly FormRow[]): ReadonlyMap<string, Form> => {
  const forms = new Map<string, Form>();
  const taken = new Map<string, string>();
  for (const form of rows.map(parseForm)) {
    if (forms.has(form.name)) throw new Error(`Two forms are called '${form.name}'.`);
    forms.set(form.name, form);
    for (const key of keysOf(form)) {
      if (taken.has(key)) throw new Error(`'${form.name}' is encoded as '${taken.get(key)}' is.`);
      taken.set(key, form.name);
    }
  }
  return forms;
};

export const forms: ReadonlyMap<string, Form> = parseForms(formRows);

/** The forms that jitstat writes, and those that it only reads. */
export const decodedForms = parseForms([
  ...formRows,
  ...decodeOnlyRows.filter(([mnemonic, operands]) => !forms.has(nameOf(mnemonic, operands))),
]);

export const formOf = (name: FormName): Form => forms.get(name)!;

/** The opcode bytes of a form that has no ModRM; a condition is added to the last. */
export const opcodeOf = (name: FormName, condition = 0): readonly number[] => {
  const {opcode} = formOf(name);
  return [...opcode.slice(0, -1), opcode.at(-1)! + condition];
};

/** The 64-bit form next to a 32-bit one, or that one itself. */
export const sized = (bits: 32 | 64, name: FormName): FormName => {
  if (bits === 32) return name;
  const wide = name.replaceAll(/\br(\/m)?32/g, 'r$164').replace('eax', 'rax') as FormName;
  if (!forms.has(wide)) throw new Error(`'${name}' has no 64-bit form.`);
  return wide;
};
