// v510, as merged: the counter travels through bpf2bpf calls in rax, and an empty stack costs no
// instruction.
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

const counts = ({hasTailCall, reachable}: Frame): boolean => hasTailCall || reachable;
const startsCount = (frame: Frame): boolean => counts(frame) && !frame.subprogram;

export const v510: Variant = {
  name: 'v510',
  from: 'Linux 5.10, the series as merged',
  provenAgainst: ['120 images by the emitter of Linux 5.10.0, run in user space'],
  rules: {
    tailCallsInSubprograms: 'allow-256',
    clampStackTo512: false,
    frameRounding: 32,
    ownTailCallReaches: false,
    propagatesReach: true,
    isa: 'v5.10',
    divisionRewrite: 'old',
  },
  layout: oldLayout,
  prologue: [
    endbr,
    hook,
    startCount(xorEaxEax, nop2, startsCount),
    pushFrame,
    landing,
    allocateStack('if used'),
    pushCounter(counts, 'leave'),
    pushUsed,
  ],
  counts,
  counter: {kind: 'frame', limit: 32, failsIf: 'a'},
  direct: [checkCount, bumpCount, bypass, unwind, target],
  indirect: [checkIndex, checkCount, bumpCount, loadSlot, unwind, loadEntry, branch],
  habits: {...oldHabits, loadsCounterFor: 'every call', roundsCounterOffset: false},
  pokeNames: 'target',
  driver: 'kernel',
};
