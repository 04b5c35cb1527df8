// A disassembler for the forms of the table, in the AT&T text of objdump; tested against objdump.
import {i16, i32, i8, readOperand, readPrefixes, u8} from './cursor.ts';
import type {Cursor, Operand, Prefixes} from './cursor.ts';
import {decodedForms, isNop} from './form.ts';
import type {Form, FormOperand, OperandWidth} from './form.ts';
import {escape, prefixBytes, vexPrefix} from './forms.ts';
import {conditionNames, registerName} from './names.ts';

export interface Disassembled {
  readonly bytes: number;
  /** Mnemonic, one blank, operands; `(bad)` for unknown bytes. */
  readonly text: string;
  /** The target of a direct jump or call. */
  readonly leadsTo: bigint | null;
}

/** The instruction at `at`; `address` is the address of `code[0]`. */
export const disassemble = (code: Uint8Array, at: number, address: bigint): Disassembled => {
  const cursor: Cursor = {code, start: at, at};
  try {
    const found = findForm(cursor);
    if (found !== null) {
      const {text, leadsTo} = textOf(cursor, found, address);
      return {bytes: cursor.at - at, text, leadsTo};
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return {bytes: 1, text: '(bad)', leadsTo: null};
};

/** One byte, one byte after 0F, or one byte after a VEX prefix. */
type Space = 'plain' | 'long' | 'vex';

/** Forms by space and first opcode byte after the escape. */
const index = new Map<string, Form[]>();
const keyOf = (space: Space, opcode: number): string => `${space} ${opcode}`;

for (const form of decodedForms.values()) {
  const isLong = form.opcode[0] === escape;
  const space = form.vex !== null ? 'vex' : isLong ? 'long' : 'plain';
  const first = form.opcode[isLong ? 1 : 0];
  const count = {nothing: 1, register: 8, condition: 16}[form.adds];
  for (let added = 0; added < count; added++) {
    const key = keyOf(space, first + added);
    index.set(key, [...(index.get(key) ?? []), form]);
  }
}

/** A form with everything that was read to find it. */
interface Found {
  readonly form: Form;
  readonly prefixes: Prefixes;
  /** With +rd and +cc in its low bits. */
  readonly opcode: number;
  /** The register that VEX names in addition to ModRM's. */
  readonly vexRegister: number;
}

const findForm = (cursor: Cursor): Found | null => {
  const prefixes = readPrefixes(cursor);
  const first = u8(cursor);
  if (first === vexPrefix) return findVexForm(cursor, prefixes);
  const opcode = first === escape ? u8(cursor) : first;
  const form = index
    .get(keyOf(first === escape ? 'long' : 'plain', opcode))
    ?.find((each) => isForm(each, prefixes, cursor) && isExchange(each, opcode, prefixes.rex));
  if (form === undefined) return null;
  cursor.at += form.opcode.length - (first === escape ? 2 : 1);
  return {form, prefixes, opcode, vexRegister: 0};
};

/** Opcodes without operands that become another instruction with W. */
const wideOpcodes = new Set(
  [...decodedForms.values()]
    .filter(({operands, rex}) => operands.length === 0 && rex === 'W')
    .map(({opcode}) => opcode.join(' ')),
);

/** These ignore W: they always work on 64 bits, or have no operands. */
const ignoresWide = ({operands, mnemonic, opcode}: Form): boolean =>
  ['push', 'pop', 'jmp', 'call', 'jcc'].includes(mnemonic) ||
  (operands.length === 0 && !wideOpcodes.has(opcode.join(' ')));

/** The opcodes of movs, cmps, stos, lods and scas, which a prefix repeats. */
const isString = ({mnemonic}: Form): boolean =>
  /^(?:movs|cmps|stos|lods|scas)[bwdq]$/.test(mnemonic);
const comparesStrings = ({mnemonic}: Form): boolean => /^(?:cmps|scas)/.test(mnemonic);

/** `90` with REX.B exchanges r8 and the accumulator; without it, it is a nop. */
const isExchange = (form: Form, opcode: number, rex: number): boolean =>
  !isNop([opcode]) || form.opcode.length > 1 || (form.adds === 'register') === ((rex & 1) !== 0);

const isMemoryOnly = ({operands}: Form): boolean => operands.some(({text}) => /^m\d*$/.test(text));

const isForm = (form: Form, prefixes: Prefixes, {code, at}: Cursor): boolean => {
  const {opcode, modRm} = form;
  const more = opcode.slice(opcode[0] === escape ? 2 : 1);
  return (
    more.every((byte, offset) => code[at + offset] === byte) &&
    (form.prefix === prefixBytes.data16) === prefixes.operand16 &&
    (isString(form) ||
      ((form.prefix === prefixBytes.repeat) === prefixes.repeat && !prefixes.repeatNot)) &&
    (!isMemoryOnly(form) || code[at] >> 6 !== 3) &&
    (ignoresWide(form) || (form.rex === 'W') === ((prefixes.rex & 8) !== 0)) &&
    (typeof modRm !== 'number' || ((code[at] >> 3) & 7) === modRm)
  );
};

const findVexForm = (cursor: Cursor, prefixes: Prefixes): Found | null => {
  const [first, second, opcode] = [u8(cursor), u8(cursor), u8(cursor)];
  const form = index
    .get(keyOf('vex', opcode))
    ?.find(({vex}) => vex !== null && vex.pp === (second & 3) && vex.wide === second >> 7);
  if (form === undefined || (first & 0x1f) !== 2) return null;
  const rex = 0x40 | ((~first >> 5) & 7);
  return {form, prefixes: {...prefixes, rex}, opcode, vexRegister: (~second >> 3) & 15};
};

const suffixes = {1: 'b', 2: 'w', 4: 'l', 8: 'q'} as const;
const fixedRegisters: Readonly<Record<string, number>> = {eax: 0, rax: 0, ax: 0, al: 0, cl: 1};
/** Their one-byte immediate counts bits or names an interrupt, so it is never negative. */
const unsigned = /^(?:rol|ror|rcl|rcr|shl|shr|sar|shld|shrd|bt|bts|btr|btc|int)$/;

const textOf = (
  cursor: Cursor,
  found: Found,
  address: bigint,
): {readonly text: string; readonly leadsTo: bigint | null} => {
  const {form, prefixes, opcode} = found;
  const operand = form.modRm === null ? null : readOperand(cursor, prefixes);
  let leadsTo: bigint | null = null;
  const texts = form.operands.map((each, place) => {
    if (each.kind === 'relative') {
      const by = each.width === 1 ? i8(cursor) : i32(cursor);
      leadsTo = BigInt.asUintN(64, address + BigInt(cursor.at + by));
      return leadsTo.toString(16);
    }
    if (each.kind === 'immediate') return immediateText(cursor, form, each.width);
    return placeText(found, operand, each, place);
  });
  const name =
    form.adds === 'condition' ? form.att.replace(/cc$/, conditionNames[opcode & 15]) : form.att;
  const operandText = texts
    .filter((text) => text !== '')
    .toReversed()
    .join(',');
  const jumpMark = ['jmp', 'call'].includes(form.mnemonic) && operand !== null ? '*' : '';
  const text = `${prefixText(found, operand)}${name}${suffixOf(form, operand)} ${jumpMark}${operandText}`;
  return {text: text.trimEnd(), leadsTo};
};

const placeText = (
  {form, prefixes, opcode, vexRegister}: Found,
  operand: Operand | null,
  {kind, text, width}: FormOperand,
  place: number,
): string => {
  const hasRex = prefixes.rex !== 0;
  if (kind === 'fixed')
    return text === '1' ? '' : registerName(fixedRegisters[text], width, hasRex);
  if (kind === 'registerOrMemory')
    return operand!.memory ?? registerName(operand!.register!, width, hasRex);
  if (form.vex !== null && place > 0) return registerName(vexRegister, width, hasRex);
  return registerName(operand?.reg ?? (opcode & 7) | ((prefixes.rex & 1) << 3), width, hasRex);
};

/** As objdump writes it: extended to the width of the other operand. */
const immediateText = (cursor: Cursor, form: Form, bytes: OperandWidth): string => {
  const [first] = form.operands;
  const width = form.mnemonic === 'ret' ? 2 : first.kind === 'immediate' ? 8 : first.width;
  if (bytes === 8) {
    const [lower, upper] = [i32(cursor), i32(cursor)].map((half) => BigInt(half >>> 0));
    return `$0x${((upper << 32n) | lower).toString(16)}`;
  }
  const value = unsigned.test(form.mnemonic)
    ? u8(cursor)
    : bytes === 1
      ? i8(cursor)
      : bytes === 2
        ? i16(cursor)
        : i32(cursor);
  return `$0x${BigInt.asUintN(width * 8, BigInt(value)).toString(16)}`;
};

/** A suffix gives the width unless a register does. */
const suffixOf = (form: Form, operand: Operand | null): string => {
  const {operands, mnemonic, adds} = form;
  const isSaid =
    operands.some(({kind}) => kind === 'register') ||
    adds === 'condition' ||
    isMemoryOnly(form) ||
    ['jmp', 'call', 'push', 'pop'].includes(mnemonic);
  return operand === null || operand.memory === null || isSaid ? '' : suffixes[operands[0].width];
};

/** Prefixes that the form itself does not have. */
const prefixText = ({form, prefixes, opcode}: Found, operand: Operand | null): string => {
  const {data16, cs, lock, rex} = prefixes;
  const has = (text: string): boolean => form.operands.some((each) => each.text === text);
  const isNeeded =
    (has('r8') && (operand?.reg ?? opcode & 7) >= 4) ||
    (has('r/m8') && operand !== null && (operand.register ?? 0) >= 4);
  return [
    'data16 '.repeat(Math.max(0, data16 - 1)),
    cs ? 'cs ' : '',
    lock ? 'lock ' : '',
    isString(form) && prefixes.repeat ? (comparesStrings(form) ? 'repz ' : 'rep ') : '',
    isString(form) && prefixes.repeatNot ? 'repnz ' : '',
    rex === 0x40 && form.vex === null && !isNeeded ? 'rex ' : '',
  ].join('');
};
