// v58, before the series: one constant prologue, and every tail call stays in the frame of the first
// program.
import {oldHabits, oldLayout} from './defaults.ts';
import {
  allocateStack,
  endbr,
  hook,
  landing,
  pushAllCalleeSaved,
  pushFrame,
  pushZeroCounter,
} from '../prologue-steps.ts';
import {
  branch,
  bumpCount,
  checkCount,
  checkIndex,
  loadEntry,
  loadSlot,
  target,
} from '../tail-steps.ts';
import type {Variant} from '../variant.ts';

export const v58: Variant = {
  name: 'v58',
  from: 'Linux 5.7 to 5.9, before tail calls and bpf2bpf calls worked together',
  provenAgainst: ['120 images by the emitter of Linux 5.9.1, run in user space'],
  rules: {
    tailCallsInSubprograms: 'refuse',
    clampStackTo512: true,
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
    pushFrame,
    allocateStack('always'),
    pushAllCalleeSaved,
    pushZeroCounter,
    landing,
  ],
  counts: () => true,
  counter: {kind: 'frame', limit: 32, failsIf: 'a'},
  direct: [checkCount, bumpCount, target],
  indirect: [checkIndex, checkCount, bumpCount, loadSlot, loadEntry, branch],
  habits: {...oldHabits, branchRegister: 0},
  pokeNames: 'ip',
  driver: 'kernel',
};
