// What a driver decides: the size of every open part, and with it the end of every instruction.

/**
 * By open part: its bytes, how many of them are nops in front, and the distance it jumps
 * (alignment: where it ended a pass before).
 */
export interface Parts {
  readonly openBytes: Uint8Array;
  readonly openNops: Uint8Array;
  readonly openDistance: Int32Array;
}

/** `ends[i]` is the end of instruction i, `ends[0]` of the prologue. */
export interface Arrangement extends Parts {
  readonly driver: 'kernel' | 'converging';
  readonly ends: Int32Array;
  readonly passes: number;
}

export const emptyParts = (count: number): Parts => ({
  openBytes: new Uint8Array(count),
  openNops: new Uint8Array(count),
  openDistance: new Int32Array(count),
});
