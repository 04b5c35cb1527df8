// What of code depends on the running kernel: addresses of /proc/kallsyms and the mitigations of
// its CPU.
import {readFileSync} from 'node:fs';
import type {Layout} from '../../jit/types.ts';

const wanted = {
  callBase: '__bpf_call_base',
  indirectThunk: '__x86_indirect_thunk_rcx',
  returnThunk: '__x86_return_thunk',
} as const;

/** Any address near the kernel's data: only its length in the code matters. */
const somePerCpuOffset = 0xffff_ffff_8200_0000n;

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
 * The layout for code next to the running kernel's helpers: `otherwise` but for the call base and a
 * place for per-CPU addresses, so that sizes are those of the variant's own layout.
 */
export const nearKernel = (otherwise: Layout): Layout => ({
  ...otherwise,
  callBase: addresses()['callBase'] ?? otherwise.callBase,
  percpuOffset: otherwise.percpuOffset ?? somePerCpuOffset,
});

/** The running kernel's own layout, as far as it can be seen, for comparisons byte by byte. */
export const kernelLayout = (otherwise: Layout, hasReturnThunk: boolean): Layout => {
  const {indirectThunk = null, returnThunk = null} = addresses();
  const isRetpoline = /Retpolines/.test(spectre());
  return {
    ...nearKernel(otherwise),
    indirectBranch: isRetpoline && indirectThunk !== null ? 'thunk' : 'plain',
    indirectThunk,
    returnThunk: hasReturnThunk ? returnThunk : null,
  };
};

const spectre = (): string => {
  try {
    return readFileSync('/sys/devices/system/cpu/vulnerabilities/spectre_v2', 'latin1');
  } catch {
    return '';
  }
};
