// What code needs from the running kernel: addresses in /proc/kallsyms and the mitigations of its
// CPU.
import {readFileSync} from 'node:fs';
import {withPerCpu} from '../../jit/image/layout.ts';
import type {Layout} from '../../jit/types.ts';
import {disassemble} from '../../jit/x86/disassemble.ts';
import {prefixBytes} from '../../jit/x86/forms.ts';
import type {KernelProgram} from './kernel-answer.ts';

const wanted = {
  callBase: '__bpf_call_base',
  indirectThunk: '__x86_indirect_thunk_rcx',
} as const;

let known: Readonly<Record<string, bigint>> | undefined;

const addresses = (): Readonly<Record<string, bigint>> => {
  if (known !== undefined) return known;
  const found: Record<string, bigint> = {};
  for (const [field, symbol] of Object.entries(wanted)) {
    const line = new RegExp(`^([0-9a-f]+) . ${symbol}$`, 'm').exec(symbols());
    if (line !== null && BigInt(`0x${line[1]}`) !== 0n) found[field] = BigInt(`0x${line[1]}`);
  }
  allSymbols = undefined;
  known = found;
  return found;
};

let allSymbols: string | undefined;
const symbols = (): string => (allSymbols ??= readFileSync('/proc/kallsyms', 'latin1'));

/**
 * The layout for code next to the running kernel's helpers: `otherwise` except for the call base
 * and a place for per-CPU addresses, so that sizes are those of the variant's own layout.
 */
export const nearKernel = (otherwise: Layout): Layout => ({
  ...withPerCpu(otherwise),
  callBase: addresses()['callBase'] ?? otherwise.callBase,
});

/**
 * The running kernel's own layout, for comparisons byte by byte. What is in no file is taken from
 * the image: the return thunk, which depends on the CPU, and the place of per-CPU addresses.
 */
export const kernelLayout = (otherwise: Layout, {jited, functions}: KernelProgram): Layout => {
  const {indirectThunk = null} = addresses();
  const isRetpoline = /Retpolines/.test(spectre());
  const code = jited.subarray(0, functions[0].bytes);
  return {
    ...nearKernel({...otherwise, percpuOffset: perCpuOffset(jited) ?? otherwise.percpuOffset}),
    indirectBranch: isRetpoline && indirectThunk !== null ? 'thunk' : 'plain',
    indirectThunk,
    returnThunk: exitTarget(code, functions[0].address),
  };
};

/** The target of the jump after `leave`; null if there is a `ret`. */
const exitTarget = (code: Uint8Array, address: bigint): bigint | null => {
  for (let at = 0, isAfterLeave = false; at < code.length;) {
    const {bytes, text, leadsTo} = disassemble(code, at, address);
    if (isAfterLeave) return text.startsWith('jmp') ? leadsTo : null;
    isAfterLeave = text.startsWith('leave');
    at += bytes;
  }
  return null;
};

/** From `add %gs:OFFSET,REGISTER`. */
const perCpuOffset = (code: Uint8Array): bigint | null => {
  for (let at = code.indexOf(gs); at >= 0; at = code.indexOf(gs, at + 1)) {
    const found = /^add %gs:(0x[0-9a-f]+),%r/.exec(disassemble(code, at, 0n).text);
    if (found !== null) return BigInt(found[1]);
  }
  return null;
};

const {gs} = prefixBytes;

const spectre = (): string => {
  try {
    return readFileSync('/sys/devices/system/cpu/vulnerabilities/spectre_v2', 'latin1');
  } catch {
    return '';
  }
};
