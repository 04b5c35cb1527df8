// What most variants share: user-space layouts by time, and the habits of the three generations of
// the emitter.
import type {Layout} from '../../types.ts';
import type {Habits} from '../variant.ts';

/**
 * Kernels 5.7 to 5.10, usual configuration with CONFIG_RETPOLINE; addresses are the linker's to
 * fill in.
 */
export const oldLayout: Layout = {
  callBase: 0n,
  indirectBranch: 'retpoline',
  indirectThunk: null,
  returnThunk: null,
  sls: false,
  ibt: false,
  bmi2: false,
  shortJumpMax: 127,
  maxEntriesOffset: 0x24,
  ptrsOffset: 0x110,
  bpfFuncOffset: 0x30,
  percpuOffset: null,
};

/**
 * Debian's 6.1: stable kernels took over the shorter forward jumps, and CONFIG_RETPOLINE adds int3.
 */
export const layout61: Layout = {
  ...oldLayout,
  indirectBranch: 'thunk',
  sls: true,
  shortJumpMax: 123,
};

/** Debian's 6.12, without the endbr64 that its CONFIG_X86_KERNEL_IBT adds. */
export const layout612: Layout = {...layout61, bmi2: true, ptrsOffset: 0x108};

/**
 * A 6.18 kernel; without a return thunk, because that is a mitigation of the CPU and not of the
 * code.
 */
export const layout618: Layout = {
  ...layout61,
  sls: false,
  bmi2: true,
  maxEntriesOffset: 0x4c,
  ptrsOffset: 0x138,
  bpfFuncOffset: 0x48,
};

export const oldHabits: Habits = {
  era: 'old',
  loadsCounterFor: 'no call',
  roundsCounterOffset: true,
  padsJumps: false,
  checksEveryEnd: false,
  prologueInFirst: true,
  signExtendsWideLoads: false,
  longestNop: 8,
  branchRegister: 1,
  prefersThunk: false,
};

export const habits61: Habits = {
  ...oldHabits,
  era: 'v61',
  loadsCounterFor: 'every call',
  padsJumps: true,
  checksEveryEnd: true,
  prologueInFirst: false,
  prefersThunk: true,
};

export const habits612: Habits = {
  ...habits61,
  era: 'v612',
  signExtendsWideLoads: true,
  longestNop: 11,
};

export const habits618: Habits = {
  ...habits612,
  era: 'v618',
  loadsCounterFor: 'bpf2bpf calls',
};
