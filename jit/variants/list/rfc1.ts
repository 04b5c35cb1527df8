// rfc1, the RFC of 2 July 2020: a tail call unwinds its own frame, so programs save only what they
// use.
import {oldHabits, oldLayout} from './defaults.ts';
import type {Frame} from '../frame.ts';
import {
  allocateStack,
  endbr,
  hook,
  landing,
  nop2,
  pushCounter,
  pushFrame,
  pushUsed,
  startCount,
  xorEaxEax,
} from '../prologue-steps.ts';
import {
  branch,
  bumpCount,
  bypass,
  checkCount,
  checkIndex,
  loadEntry,
  loadSlot,
  target,
  unwind,
} from '../tail-steps.ts';
import type {Variant} from '../variant.ts';

/** Only functions that contain a tail call count; each starts at zero, subprograms too. */
const counts = ({hasTailCall}: Frame): boolean => hasTailCall;

export const rfc1: Variant = {
  name: 'rfc1',
  from: 'RFC of 2 July 2020, "bpf: tailcalls in BPF subprograms"',
  provenAgainst: ['120 images by the emitter of Linux 5.9.1 with the patches, run in user space'],
  rules: {
    tailCallsInSubprograms: 'allow',
    clampStackTo512: false,
    frameRounding: 32,
    ownTailCallReaches: false,
    propagatesReach: false,
    isa: 'v5.8',
    divisionRewrite: 'old',
  },
  layout: oldLayout,
  prologue: [
    endbr,
    hook,
    startCount(xorEaxEax, nop2, counts),
    pushFrame,
    landing,
    allocateStack('always'),
    pushCounter(counts, 'pop'),
    pushUsed,
  ],
  counts,
  counter: {kind: 'frame', limit: 32, failsIf: 'a'},
  direct: [checkCount, bumpCount, bypass, unwind, target],
  indirect: [checkIndex, checkCount, bumpCount, loadSlot, unwind, loadEntry, branch],
  habits: oldHabits,
  pokeNames: 'ip',
  driver: 'kernel',
};
