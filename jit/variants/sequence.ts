// A finished tail call for one frame: bytes with short jumps filled in, the poke sites, and which
// bytes belong to which step.
import {putI32} from '../x86/buffer.ts';
import type {Frame} from './frame.ts';
import type {Draft, Variant} from './variant.ts';

/** Offsets are from the start of the sequence. */
export interface Sequence {
  readonly bytes: Uint8Array;
  readonly marks: Draft['marks'];
  readonly outs: readonly number[];
  readonly bypass: number | null;
  readonly target: number | null;
  readonly thunk: number | null;
  readonly aligned: boolean;
}

export const tailCallSequence = (
  variant: Variant,
  kind: 'direct' | 'indirect',
  frame: Frame,
): Sequence => {
  const draft: Draft = {
    bytes: [],
    marks: [],
    outs: [],
    bypass: null,
    target: null,
    thunk: null,
    aligned: false,
  };
  for (const {step, write} of variant[kind]) {
    const offset = draft.bytes.length;
    write(draft, variant, frame);
    if (draft.bytes.length > offset)
      draft.marks.push({offset, bytes: draft.bytes.length - offset, step});
  }
  const bytes = Uint8Array.from(draft.bytes);
  for (const at of draft.outs) bytes[at] = shortDistance(variant, bytes.length - (at + 1));
  if (draft.bypass !== null) putI32(bytes, draft.bypass + 1, bytes.length - (draft.bypass + 5));
  return {...draft, bytes};
};

const shortDistance = (variant: Variant, distance: number): number => {
  if (distance > 127)
    throw new Error(`${variant.name}: a tail call is too long for its short jumps.`);
  return distance;
};
