// One instruction as bytes, for sequences that are written once: any form, any operands, and the
// size of a memory operand's offset as the caller wants it.
import {formOf} from './form.ts';
import type {Form, FormOperand} from './form.ts';
import type {FormName} from './forms.ts';
import {high, low, rsp} from './registers.ts';

/** `[base + index * scale + offset]`, with that many bytes of offset. */
export interface MemoryOperand {
  readonly base: number;
  readonly index?: {readonly register: number; readonly scale: 1 | 2 | 4 | 8};
  readonly offset: number;
  readonly offsetBytes: 0 | 1 | 4;
}

export const at = (base: number): MemoryOperand => ({base, offset: 0, offsetBytes: 0});
export const at8 = (base: number, offset: number): MemoryOperand => ({
  base,
  offset,
  offsetBytes: 1,
});
export const at32 = (base: number, offset: number): MemoryOperand => ({
  base,
  offset,
  offsetBytes: 4,
});

/** The index of each of the form's operands among the given ones; -1 if the form has none. */
interface Plan {
  readonly form: Form;
  readonly count: number;
  readonly condition: number;
  readonly reg: number;
  readonly rm: number;
  readonly tail: number;
  readonly opcodeRegister: number;
}

const plans = new Map<FormName, Plan>();

const planOf = (name: FormName): Plan => {
  const known = plans.get(name);
  if (known !== undefined) return known;
  const form = formOf(name);
  if (form.vex !== null || form.tailBytes === 8)
    throw new Error(`'${name}' has an encoder, but is not assembled here.`);
  const condition = form.adds === 'condition' ? 0 : -1;
  const kinds = form.operands.map(({kind}) => kind).filter((kind) => kind !== 'fixed');
  const at = (...wanted: readonly FormOperand['kind'][]): number => {
    const index = kinds.findIndex((kind) => wanted.includes(kind));
    return index < 0 ? -1 : index + condition + 1;
  };
  const plan = {
    form,
    count: kinds.length + condition + 1,
    condition,
    reg: form.modRm === 'register' ? at('register') : -1,
    rm: at('registerOrMemory'),
    tail: at('immediate', 'relative'),
    opcodeRegister: form.adds === 'register' ? at('register') : -1,
  };
  plans.set(name, plan);
  return plan;
};

/**
 * Operands in the order of the name; those it fixes (`cl`, `eax`, `1`) are left out. A register is
 * its number. `jcc` takes its condition first.
 */
export const assemble = (
  name: FormName,
  ...given: readonly (number | MemoryOperand)[]
): readonly number[] => {
  const {form, count, ...plan} = planOf(name);
  if (given.length !== count) throw new Error(`'${name}' takes ${count} operands.`);
  const numberAt = (index: number): number => (index < 0 ? 0 : (given[index] as number));
  const reg = numberAt(plan.reg);
  const added = numberAt(plan.opcodeRegister);
  const rm = plan.rm < 0 ? added : given[plan.rm];
  const bytes: number[] = [];
  if (form.prefix !== 0) bytes.push(form.prefix);
  const rex = rexOf(form, rm, reg);
  if (rex !== 0) bytes.push(rex);
  bytes.push(...form.opcode);
  bytes[bytes.length - 1] += low(added) + numberAt(plan.condition);
  if (form.modRm !== null)
    pushModRm(bytes, rm, (form.modRm === 'register' ? low(reg) : form.modRm) << 3);
  if (plan.tail >= 0) pushBytes(bytes, numberAt(plan.tail), form.tailBytes);
  return bytes;
};

/** The REX prefix, or 0 for none. */
const rexOf = ({rex, operands}: Form, rm: number | MemoryOperand, reg: number): number => {
  const isRegister = typeof rm === 'number';
  const base = isRegister ? rm : rm.base;
  const index = isRegister ? 0 : (rm.index?.register ?? 0);
  const byte = 0x40 | (rex === 'W' ? 8 : 0) | (high(reg) << 2) | (high(index) << 1) | high(base);
  if (byte !== 0x40 || rex === 'always') return byte;
  // The low bytes of rsp, rbp, rsi and rdi exist only with a REX prefix.
  const needed =
    (reg >= 4 && operands.some(({text}) => text === 'r8')) ||
    (isRegister && rm >= 4 && operands.some(({text}) => text === 'r/m8'));
  return needed ? byte : 0;
};

const pushModRm = (bytes: number[], rm: number | MemoryOperand, field: number): void => {
  if (typeof rm === 'number') {
    bytes.push(0xc0 | field | low(rm));
    return;
  }
  const {base, index, offset, offsetBytes} = rm;
  const mod = offsetBytes === 0 ? 0x00 : offsetBytes === 1 ? 0x40 : 0x80;
  // With an index, or with rsp as the base, ModRM.rm = 100 announces a SIB, whose index 100 means none.
  if (index === undefined && low(base) !== rsp) bytes.push(mod | field | low(base));
  else {
    const scale = Math.log2(index?.scale ?? 1) << 6;
    bytes.push(mod | field | rsp, scale | (low(index?.register ?? rsp) << 3) | low(base));
  }
  pushBytes(bytes, offset, offsetBytes);
};

const pushBytes = (bytes: number[], value: number, count: number): void => {
  for (let index = 0; index < count; index++) bytes.push((value >> (8 * index)) & 255);
};
