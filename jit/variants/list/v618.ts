// v618, Linux 6.18: one count in the entry program's frame, every other frame holds its
// address; a miss costs no count.
import {habits618, layout618} from './defaults.ts';
import type {Frame} from '../frame.ts';
import {setArena, usePrivateStack} from '../own-stack-steps.ts';
import {
  allocateStack,
  endbr,
  hook,
  landing,
  nop3,
  pushCounterAddress,
  pushFrame,
  pushUsed,
  startCount,
  xorRaxRax,
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

const counts = ({reachable}: Frame): boolean => reachable;
const startsCount = ({reachable, subprogram}: Frame): boolean => reachable && !subprogram;

export const v618: Variant = {
  name: 'v618',
  from: 'Linux 6.18',
  provenAgainst: ['1,030 images recorded from a running Linux 6.18.44'],
  rules: {
    tailCallsInSubprograms: 'allow-256',
    clampStackTo512: false,
    frameRounding: 16,
    ownTailCallReaches: true,
    propagatesReach: true,
    isa: 'v6.18',
    divisionRewrite: 'new',
  },
  layout: layout618,
  prologue: [
    endbr,
    hook,
    startCount(xorRaxRax, nop3, startsCount),
    pushFrame,
    landing,
    allocateStack('if used'),
    pushCounterAddress(counts),
    pushUsed,
    setArena,
    usePrivateStack,
  ],
  counts,
  counter: {kind: 'address', limit: 33, failsIf: 'ae'},
  direct: [checkCount, bypass, bumpCount, unwind, target],
  indirect: [checkIndex, checkCount, loadSlot, bumpCount, unwind, loadEntry, branch],
  habits: habits618,
  pokeNames: 'target',
  driver: 'kernel',
};
