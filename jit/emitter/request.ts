// The request line for an emitter: a batch request made from a verified program and a layout.
import {refuse} from '../refusal.ts';
import type {Layout, VerifiedProgram} from '../types.ts';
import type {Hello} from './hello.ts';

const insnBytes = 8;
const tailCall = 0xf5;
const wideLoad = 0x18;

/** Numbers of the instructions that are tail calls, with their imm: 0 = indirect. */
export const tailCallsOf = (insns: Uint8Array): {readonly insn: number; readonly imm: number}[] => {
  const view = new DataView(insns.buffer, insns.byteOffset, insns.byteLength);
  const found: {insn: number; imm: number}[] = [];
  for (let at = 0; at < insns.length; at += insns[at] === wideLoad ? 2 * insnBytes : insnBytes)
    if (insns[at] === tailCall)
      found.push({insn: at / insnBytes, imm: view.getInt32(at + 4, true)});
  return found;
};

/** Without poke members in the hello line every tail call goes through the map. */
const withIndirectTailCalls = (insns: Uint8Array): Uint8Array => {
  const changed = Uint8Array.from(insns);
  for (const {insn} of tailCallsOf(insns))
    changed.fill(0, insn * insnBytes + 4, insn * insnBytes + 8);
  return changed;
};

/** One line without its end. Refuses a layout that the emitter's build does not have. */
export const requestLine = (
  id: number,
  program: VerifiedProgram,
  layout: Layout,
  hello: Hello,
): string => {
  const insns = hello.pokes.length > 0 ? program.insns : withIndirectTailCalls(program.insns);
  checkFixed(layout, hello, insns);
  checkFrames(program, hello);
  return JSON.stringify({
    id,
    insns: Buffer.from(insns).toString('hex'),
    functions: program.functions.map(
      ({start, base, stackDepth, tailCallReachable, subprogram}) => ({
        start,
        base: hex(base),
        stackDepth,
        tailCallReachable,
        subprogram,
      }),
    ),
    layout: Object.fromEntries(
      Object.entries(layout).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? hex(value) : value,
      ]),
    ),
  });
};

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** What a request has no fields for would be left out without a word. */
const checkFrames = ({functions, arena}: VerifiedProgram, {name, isa}: Hello): void => {
  const what =
    arena !== undefined
      ? 'an arena'
      : functions.some(({exceptions}) => exceptions !== undefined)
        ? 'exceptions'
        : isa === 'v6.18' && functions.some(({privateStack}) => privateStack !== undefined)
          ? 'a private stack'
          : null;
  if (what !== null)
    refuse(
      'not-in-requests',
      `${name} cannot be asked for programs with ${what}`,
      'Compare variants of jitstat, which compile them.',
    );
};

/** Read by indirect tail calls only; elsewhere they change no byte. */
const offsets: readonly string[] = ['maxEntriesOffset', 'ptrsOffset', 'bpfFuncOffset'];

const checkFixed = (layout: Layout, hello: Hello, insns: Uint8Array): void => {
  for (const [name, fixed] of Object.entries(hello.layout)) {
    const wanted = layout[name as keyof Layout];
    if (wanted === fixed) continue;
    if (offsets.includes(name) && tailCallsOf(insns).every(({imm}) => imm !== 0)) continue;
    refuse(
      'layout-fixed',
      `${hello.name} was built with ${name} ${String(fixed)}, and the layout asks for ${String(wanted)}`,
      `Leave ${name} out of the layout, or build the emitter with the other setting.`,
    );
  }
};
