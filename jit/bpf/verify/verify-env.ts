// What a program is verified for: the addresses of maps and helpers, and the context's fields.
import type {ContextFields} from './context-fields.ts';

/**
 * Who calls a helper: the program, or the prologue of tc programs that write into the packet, which
 * calls only if the packet is cloned.
 */
export type HelperCaller = 'program' | 'prologue';

/**
 * The world a program is verified for. Maps are given by their index in `Program.maps`;
 * addresses are unsigned 64-bit values.
 */
export interface VerifyEnv {
  /** Address of the map itself: what R1 of a lookup and R2 of a tail call get. */
  readonly mapAddress: (map: number) => bigint;
  /** Address of the only element of an array map (direct value access). */
  readonly mapValueAddress: (map: number) => bigint;
  /**
   * Address of a helper less the layout's callBase; must fit 32 bits signed. May throw a Refusal
   * for a helper that does not exist. Numbers from `packetLoads` on are functions without a number.
   */
  readonly helperAddressMinusCallBase: (id: number, caller: HelperCaller) => number;
  readonly contextFields: ContextFields;
  /**
   * Where the elements of an array map start, from the map's address: lookups in arrays are then
   * inlined, as kernels do.
   */
  readonly arrayValueOffset?: number;
  /** Offset of the key in an element of a hash map: lookups are then inlined as far as in kernels. */
  readonly hashKeyOffset?: number;
}
