// Instructions as text in clang's style; `assemble` can read what this prints.
import {
  aluBits,
  auxRegister,
  classes,
  codeAt,
  codes,
  helperTailCall,
  immAt,
  insnAt,
  isWide,
  jumpBits,
  modes,
  pseudo,
  sourceX,
  wideAt,
  widthOf,
} from '../word/insn.ts';
import type {Insn} from '../word/insn.ts';
import {aluSigns, atomicByImm, jumpSigns} from '../word/isa.ts';

/** How names are shown. `verified`: calls carry function numbers, map references are addresses. */
export interface FormatOptions {
  readonly maps?: readonly {readonly name: string}[];
  readonly verified?: boolean;
}

/**
 * Text of the instruction at `index` (of a wide load: its first word). Jumps are relative (`goto
 * +3`), maps are shown by name if `maps` is given, else by number. Words that mean nothing are
 * shown as `.word` with their eight bytes.
 */
export const formatInsn = (
  insns: Uint8Array,
  index: number,
  options: FormatOptions = {},
): string => {
  const insn = insnAt(insns, index);
  const text = isWide(insns, index)
    ? formatWide(insns, index, insn, options)
    : formatWord(insn, options);
  return text ?? `.word ${Buffer.from(insns.subarray(index * 8, index * 8 + 8)).toString('hex')}`;
};

/** One instruction per line, without numbers. */
export const formatProgram = (insns: Uint8Array, options: FormatOptions = {}): string => {
  const lines: string[] = [];
  for (let index = 0; index < insns.length / 8; index++) {
    lines.push(formatInsn(insns, index, options));
    if (isWide(insns, index) && codeAt(insns, index + 1) === 0) index++;
  }
  return lines.join('\n');
};

const formatWide = (
  insns: Uint8Array,
  index: number,
  {dst, src, imm}: Insn,
  {maps}: FormatOptions,
): string | undefined => {
  if ((index + 1) * 8 >= insns.length || codeAt(insns, index + 1) !== 0) return undefined;
  const map = maps?.[imm]?.name ?? imm;
  if (src === 0) return `r${dst} = 0x${wideAt(insns, index).toString(16)} ll`;
  if (src === pseudo.map) return `r${dst} = map ${map} ll`;
  return src === pseudo.mapValue
    ? `r${dst} = map_value ${map} + ${immAt(insns, index + 1)} ll`
    : undefined;
};

const formatWord = (insn: Insn, options: FormatOptions): string | undefined => {
  switch (insn.code & 7) {
    case classes.alu:
    case classes.alu64:
      return formatAlu(insn);
    case classes.jmp:
    case classes.jmp32:
      return formatJump(insn, options);
    case classes.ldx:
      return formatLoad(insn);
    case classes.st:
    case classes.stx:
      return formatStore(insn);
    default:
      return undefined;
  }
};

const registerName = (width: string, number: number): string =>
  number === auxRegister ? `${width}11` : `${width}${number}`;
const signed = (value: number): string => (value < 0 ? `- ${-value}` : `+ ${value}`);
const jumpDistance = (value: number): string => (value < 0 ? String(value) : `+${value}`);

const formatAlu = ({code, dst, src, off, imm}: Insn): string | undefined => {
  const width = (code & 7) === classes.alu64 ? 'r' : 'w';
  const operation = code & 0xf0;
  const left = registerName(width, dst);
  const right = (code & sourceX) !== 0 ? registerName(width, src) : String(imm);
  if (operation === aluBits.end) {
    const kind = (code & 7) === classes.alu64 ? 'bswap' : (code & sourceX) !== 0 ? 'be' : 'le';
    return `r${dst} = ${kind}${imm} r${dst}`;
  }
  if (operation === aluBits.neg) return `${left} = -${left}`;
  if (operation === aluBits.mov) {
    if ((code & sourceX) !== 0 && off === -1) return `${left} = percpu_address(${right})`;
    return (code & sourceX) !== 0 && off !== 0
      ? `${left} = (s${off})${right}`
      : `${left} = ${right}`;
  }
  const row = aluSigns.find(
    ({name, signed: isSigned}) => aluBits[name] === operation && isSigned === (off === 1),
  );
  return row === undefined ? undefined : `${left} ${row.sign} ${right}`;
};

const formatJump = (
  {code, dst, src, off, imm}: Insn,
  {verified}: FormatOptions,
): string | undefined => {
  if (code === codes.exit) return 'exit';
  if (code === codes.ja) return `goto ${jumpDistance(off)}`;
  if (code === codes.gotol) return `gotol ${jumpDistance(imm)}`;
  if (code === codes.tailCall) return imm === 0 ? 'tail call' : `tail call ${imm}`;
  if (code === codes.callx) return `callx r${dst}`;
  if (code === codes.call) {
    if (src === pseudo.call)
      return verified === true ? `call function ${imm}` : `call pc${jumpDistance(imm)}`;
    return verified === true && imm !== helperTailCall
      ? `call helper at callBase ${signed(imm)}`
      : `call ${imm}`;
  }
  const row = jumpSigns.find(({name}) => jumpBits[name] === (code & 0xf0));
  const width = (code & 7) === classes.jmp ? 'r' : 'w';
  const right = (code & sourceX) !== 0 ? registerName(width, src) : String(imm);
  return row === undefined
    ? undefined
    : `if ${registerName(width, dst)} ${row.sign} ${right} goto ${jumpDistance(off)}`;
};

const formatLoad = ({code, dst, src, off}: Insn): string | undefined => {
  const mode = code & 0xe0;
  if (mode !== modes.mem && mode !== modes.memsx) return undefined;
  return `r${dst} = *(${mode === modes.memsx ? 's' : 'u'}${widthOf(code) * 8} *)(r${src} ${signed(off)})`;
};

const formatStore = (insn: Insn): string | undefined => {
  const {code, dst, src, off, imm} = insn;
  const place = `*(u${widthOf(code) * 8} *)(r${dst} ${signed(off)})`;
  if (code === codes.nospec) return 'nospec';
  if ((code & 0xe0) === modes.mem)
    return `${place} = ${(code & 7) === classes.st ? imm : `r${src}`}`;
  return (code & 0xe0) === modes.atomic ? formatAtomic(insn) : undefined;
};

const formatAtomic = ({code, dst, src, off, imm}: Insn): string | undefined => {
  const name = atomicByImm.get(imm)?.name;
  const bits = widthOf(code) * 8;
  const width = bits === 32 ? 'w' : 'r';
  const pointer = `(u${bits} *)(r${dst} ${signed(off)})`;
  if (name === undefined) return undefined;
  switch (name) {
    case 'load_acquire':
      return `${width}${dst} = load_acquire((u${bits} *)(r${src} ${signed(off)}))`;
    case 'store_release':
      return `store_release(${pointer}, ${width}${src})`;
    case 'xchg':
      return (
        `${width}${src} = xchg${bits === 32 ? '32' : ''}_${bits}(r${dst} ${signed(off)}, ` +
        `${width}${src})`
      );
    case 'cmpxchg':
      return (
        `${width}0 = cmpxchg${bits === 32 ? '32' : ''}_${bits}(r${dst} ${signed(off)}, ` +
        `${width}0, ${width}${src})`
      );
    case 'add':
    case 'or':
    case 'and':
    case 'xor': {
      const {sign} = aluSigns.find((row) => row.name === name) as (typeof aluSigns)[number];
      return `lock *${pointer} ${sign} ${width}${src}`;
    }
    default:
      return `${width}${src} = atomic_${name}(${pointer}, ${width}${src})`;
  }
};
