// One instruction on its own: code, registers, reserved fields, immediates, constant stack offsets,
// helpers and maps.
import type {Program} from '../../types.ts';
import {helperName} from '../word/helpers.ts';
import {
  aluBits,
  classAt,
  classes,
  codeAt,
  codes,
  dstAt,
  framePointer,
  immAt,
  isCallOrExit,
  isPacketLoad,
  isWide,
  jumpBits,
  modes,
  offAt,
  pseudo,
  sourceX,
  srcAt,
  stackBytes,
  widthOf,
} from '../word/insn.ts';
import {atomicByImm, isaHas, lastHelper} from '../word/isa.ts';
import {isThrow, kernelFunctionAt} from '../word/kernel-functions.ts';
import {readsPackets} from '../word/program-types.ts';
import type {Isa} from '../word/isa.ts';
import {refuse} from '../word/refuse.ts';

/**
 * Refuses the instruction at `index` of `count` if no kernel with instruction set `isa` would
 * take it.
 */
export const checkInsn = (program: Program, isa: Isa, index: number, count: number): void => {
  const {insns} = program;
  if (dstAt(insns, index) > framePointer)
    refuse(program, index, `R${dstAt(insns, index)} is invalid`);
  const wideSource = isWide(insns, index);
  if (!wideSource && srcAt(insns, index) > framePointer)
    refuse(program, index, `R${srcAt(insns, index)} is invalid`);
  switch (classAt(insns, index)) {
    case classes.alu:
    case classes.alu64:
      return checkAlu(program, isa, index);
    case classes.jmp:
    case classes.jmp32:
      return checkJump(program, isa, index);
    case classes.ldx:
      return checkLoad(program, isa, index);
    case classes.st:
    case classes.stx:
      return checkStore(program, isa, index);
    default:
      return checkLd(program, index, count);
  }
};

const unknown = (program: Program, index: number): never =>
  refuse(
    program,
    index,
    `unknown opcode ${codeAt(program.insns, index).toString(16).padStart(2, '0')}`,
  );

/** Refuses an operation that is newer than `isa`. */
const tooNew = (program: Program, index: number, what: string, isa: Isa): never =>
  refuse(
    program,
    index,
    `${what} does not exist in the instruction set ${isa}`,
    'Build for an older BPF cpu (clang -mcpu=v2 or v3) or choose a later variant.',
  );

const checkAlu = (program: Program, isa: Isa, index: number): void => {
  const {insns} = program;
  const code = codeAt(insns, index);
  const wide = (code & 7) === classes.alu64;
  const [operation, src, off, imm] = [
    code & 0xf0,
    srcAt(insns, index),
    offAt(insns, index),
    immAt(insns, index),
  ];
  const register = (code & sourceX) !== 0;
  const reserved = (bad: boolean): void => {
    if (bad) refuse(program, index, 'BPF_ALU uses reserved fields');
  };
  if (operation > aluBits.end) unknown(program, index);
  if (operation === aluBits.end) {
    if (wide && register) unknown(program, index);
    if (wide && !isaHas(isa, 'v6.12')) tooNew(program, index, 'bswap', isa);
    return reserved(src !== 0 || off !== 0 || ![16, 32, 64].includes(imm));
  }
  if (operation === aluBits.neg) return reserved(register || src !== 0 || off !== 0 || imm !== 0);
  reserved(register ? imm !== 0 : src !== 0);
  if (operation === aluBits.mov && register && off !== 0) {
    reserved(![8, 16, 32].includes(off) || (off === 32 && !wide));
    if (!isaHas(isa, 'v6.12')) tooNew(program, index, 'movsx', isa);
    return;
  }
  if ((operation === aluBits.div || operation === aluBits.mod) && off !== 0) {
    reserved(off !== 1);
    if (!isaHas(isa, 'v6.12')) tooNew(program, index, 'signed division', isa);
  } else {
    reserved(off !== 0);
  }
  if (register) return;
  if ((operation === aluBits.div || operation === aluBits.mod) && imm === 0)
    refuse(program, index, 'div by zero');
  const shift =
    operation === aluBits.lsh || operation === aluBits.rsh || operation === aluBits.arsh;
  if (shift && (imm < 0 || imm >= (wide ? 64 : 32))) refuse(program, index, `invalid shift ${imm}`);
};

const checkJump = (program: Program, isa: Isa, index: number): void => {
  const {insns} = program;
  const code = codeAt(insns, index);
  const [operation, dst, src, off, imm] = [
    code & 0xf0,
    dstAt(insns, index),
    srcAt(insns, index),
    offAt(insns, index),
    immAt(insns, index),
  ];
  const long = (code & 7) === classes.jmp32;
  const reserved = (name: string, bad: boolean): void => {
    if (bad) refuse(program, index, `${name} uses reserved fields`);
  };
  if (code === codes.callx)
    refuse(program, index, 'calls through a register (callx) are not supported by kernels');
  if (code === codes.call) return checkCall(program, isa, index);
  if (code === codes.exit)
    return reserved('BPF_EXIT', dst !== 0 || src !== 0 || off !== 0 || imm !== 0);
  if (code === codes.ja) return reserved('BPF_JA', dst !== 0 || src !== 0 || imm !== 0);
  if (code === codes.gotol) {
    reserved('BPF_JA', dst !== 0 || src !== 0 || off !== 0);
    if (!isaHas(isa, 'v6.12')) tooNew(program, index, 'gotol', isa);
    return;
  }
  if (code === 0xe5) refuse(program, index, 'may_goto and goto_or_nop are not supported');
  if (operation === 0 || isCallOrExit(code) || operation > jumpBits.jsle) unknown(program, index);
  reserved(long ? 'BPF_JMP32' : 'BPF_JMP/JSET', (code & sourceX) !== 0 ? imm !== 0 : src !== 0);
};

const checkCall = (program: Program, isa: Isa, index: number): void => {
  const {insns} = program;
  const [src, imm] = [srcAt(insns, index), immAt(insns, index)];
  if (src === pseudo.kfunc && program.standIns !== undefined) return;
  if (src === pseudo.kfunc && kernelFunctionAt(program, index) !== undefined) {
    if (isThrow(program, index) && !isaHas(isa, 'v6.12')) tooNew(program, index, 'bpf_throw', isa);
    return;
  }
  if (src === pseudo.kfunc)
    refuse(
      program,
      index,
      `call of kernel function (kfunc, BTF id ${imm}) is not supported`,
      'Use a helper; kernel functions exist only in a running kernel.',
    );
  if (dstAt(insns, index) !== 0 || offAt(insns, index) !== 0 || src > pseudo.call)
    refuse(program, index, 'BPF_CALL uses reserved fields');
  if (src === 0 && (imm <= 0 || imm > lastHelper[isa] || helperName(imm) === undefined))
    refuse(program, index, `invalid func unknown#${imm}`);
};

const checkLoad = (program: Program, isa: Isa, index: number): void => {
  const {insns} = program;
  const code = codeAt(insns, index);
  const mode = code & 0xe0;
  if (mode !== modes.mem && (mode !== modes.memsx || widthOf(code) === 8)) unknown(program, index);
  if (mode === modes.memsx && !isaHas(isa, 'v6.12'))
    tooNew(program, index, 'a sign-extending load', isa);
  if (immAt(insns, index) !== 0) refuse(program, index, 'BPF_LDX uses reserved fields');
  if (srcAt(insns, index) === framePointer) checkStack(program, index);
};

const checkStore = (program: Program, isa: Isa, index: number): void => {
  const {insns} = program;
  const code = codeAt(insns, index);
  const mode = code & 0xe0;
  const constant = (code & 7) === classes.st;
  if (mode === modes.atomic && !constant) return checkAtomic(program, isa, index);
  if (mode !== modes.mem) unknown(program, index);
  if (constant ? srcAt(insns, index) !== 0 : immAt(insns, index) !== 0) {
    refuse(program, index, `${constant ? 'BPF_ST' : 'BPF_STX'} uses reserved fields`);
  }
  if (dstAt(insns, index) === framePointer) checkStack(program, index);
};

const checkAtomic = (program: Program, isa: Isa, index: number): void => {
  const {insns} = program;
  const code = codeAt(insns, index);
  const imm = immAt(insns, index);
  const row = atomicByImm.get(imm);
  if (row === undefined)
    return refuse(
      program,
      index,
      `BPF_ATOMIC uses invalid atomic opcode ${(imm >>> 0).toString(16).padStart(2, '0')}`,
    );
  if (!(row.widths as readonly number[]).includes(widthOf(code)))
    refuse(program, index, 'invalid atomic operand size');
  if (!isaHas(isa, row.since)) tooNew(program, index, `atomic ${row.name}`, isa);
  const acquire = row.name === 'load_acquire';
  const target = dstAt(insns, index);
  const written = acquire ? target : row.fetch && row.name !== 'cmpxchg' ? srcAt(insns, index) : -1;
  if (written === framePointer) refuse(program, index, 'frame pointer is read only');
  if ((acquire ? srcAt(insns, index) : target) === framePointer) checkStack(program, index);
};

const checkStack = (program: Program, index: number): void => {
  const off = offAt(program.insns, index);
  const size = widthOf(codeAt(program.insns, index));
  if (off >= 0 || off < -stackBytes || off + size > 0)
    refuse(program, index, `invalid stack off=${off} size=${size}`);
};

const checkLd = (program: Program, index: number, count: number): void => {
  const {insns} = program;
  const code = codeAt(insns, index);
  if (code !== codes.wide) {
    if (isPacketLoad(code) && widthOf(code) !== 8) {
      if (program.standIns !== undefined && readsPackets(program.type)) return;
      refuse(
        program,
        index,
        'packet loads of classic BPF (LD_ABS, LD_IND) are not supported',
        'Read the packet through data and data_end or with bpf_skb_load_bytes.',
      );
    }
    unknown(program, index);
  }
  if (index + 1 >= count || codeAt(insns, index + 1) !== 0)
    refuse(program, index, 'invalid bpf_ld_imm64 insn');
  if (insns[index * 8 + 9] !== 0 || offAt(insns, index) !== 0 || offAt(insns, index + 1) !== 0) {
    refuse(program, index, 'BPF_LD_IMM64 uses reserved fields');
  }
  const src = srcAt(insns, index);
  if (src === 0 || (src === pseudo.function && program.standIns !== undefined)) return;
  if (src > pseudo.mapValue) {
    const what = (
      {
        3: 'reference to a kernel variable (BTF id)',
        4: 'address of a subprogram (callback)',
        5: 'map by index',
        6: 'map value by index',
      } as const
    )[src as 3 | 4 | 5 | 6];
    refuse(
      program,
      index,
      what === undefined
        ? 'unrecognized bpf_ld_imm64 insn'
        : `${what} in bpf_ld_imm64 is not supported`,
    );
  }
  const map = program.maps[immAt(insns, index)];
  if (map === undefined)
    return refuse(
      program,
      index,
      `map ${immAt(insns, index)} does not exist; the program has ${program.maps.length}`,
    );
  const offset = immAt(insns, index + 1);
  if (src === pseudo.map && offset !== 0) refuse(program, index, 'unrecognized bpf_ld_imm64 insn');
  if (src === pseudo.mapValue) {
    if (map.type !== 'array' || map.maxEntries !== 1)
      refuse(
        program,
        index,
        `direct value access needs an array map with one entry; ${map.name} is ${map.type} ` +
          `with ${map.maxEntries}`,
      );
    if (offset < 0 || offset >= map.valueBytes)
      refuse(
        program,
        index,
        `direct value access: offset ${offset} is outside the ${map.valueBytes} bytes of ${map.name}`,
      );
  }
};
