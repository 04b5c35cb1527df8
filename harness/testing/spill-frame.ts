// What the generator of spilling programs believes about one frame: what is in each stack slot and
// in the registers that survive calls.
import type {Choices} from '../play/choices.ts';

/**
 * - `ctx`: the context; `packet`: 32 bytes of the packet; `element`: a value of map `numbers`
 * - `stack`: an address in this frame's first slot; `number`: a scalar
 * - `unknown`: bytes of any kind, which are read as a number only
 */
export type Kind = 'ctx' | 'packet' | 'element' | 'stack' | 'number' | 'unknown';

/** Registers that keep their values over calls, and slots by their offset from R10. */
export interface Frame {
  readonly registers: Map<number, Kind>;
  readonly slots: Map<number, Kind>;
}

/**
 * Bytes of stack that programs use; the lowest slot is reserved for what stack pointers point to.
 */
const frameBytes = 96;
export const slotOffsets = Array.from({length: frameBytes / 8 - 1}, (_, index) => -8 * (index + 1));
/** The slot that pointers of kind `stack` point to. */
export const ownSlot = -frameBytes;

export const copyFrame = ({registers, slots}: Frame): Frame => ({
  registers: new Map(registers),
  slots: new Map(slots),
});

/**
 * Bytes `low` to `low + bytes` were written: the contents of slots they touch are no longer known.
 */
export const overwrite = ({slots}: Frame, low: number, bytes: number): void => {
  for (const offset of slotOffsets)
    if (offset + 8 > low && offset < low + bytes) slots.set(offset, 'unknown');
};

/** Where two paths meet, only what holds on both is known. */
export const meet = (frame: Frame, other: Frame): void => {
  const keep = (mine: Map<number, Kind>, theirs: ReadonlyMap<number, Kind>): void => {
    for (const [key, kind] of mine) if (theirs.get(key) !== kind) mine.set(key, 'unknown');
  };
  keep(frame.registers, other.registers);
  keep(frame.slots, other.slots);
};

/** An offset from R10 for a buffer of `bytes` bytes, a multiple of `alignment`. */
export const place = (random: Choices, bytes: number, alignment: number): number => {
  const nearest = Math.ceil(bytes / alignment);
  const farthest = Math.floor((frameBytes - 8) / alignment);
  return -alignment * (nearest + random.below(farthest - nearest + 1));
};
