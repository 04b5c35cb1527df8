// Programs that tail-call themselves until the limit stops them, counting in the packet: through a
// constant slot, through a slot that is read, and from a subprogram.
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {generatedMaps} from './generate.ts';
import type {Generated} from './generate.ts';
import {packetBytes} from './scope.ts';

export const chainKinds = ['direct', 'indirect', 'subprogram'] as const;
export type ChainKind = (typeof chainKinds)[number];

/** Offsets of the count and the slot in the packet. */
const [countAt, slotAt] = [0, 8];

const bodies: Readonly<Record<ChainKind, (slot: number) => string>> = {
  direct: (slot) => `
    r2 = map slots ll; r3 = ${slot}; call 12
    r0 = *(u32 *)(r6 + ${countAt}); exit`,
  indirect: () => `
    r2 = map slots ll; r3 = *(u32 *)(r6 + ${slotAt}); call 12
    r0 = *(u32 *)(r6 + ${countAt}); exit`,
  subprogram: (slot) => `
    *(u64 *)(r10 - 8) = r6
    call jump
    r6 = *(u64 *)(r10 - 8)
    r0 = *(u32 *)(r6 + ${countAt}); exit
  .func jump
    *(u64 *)(r10 - 8) = 7; *(u64 *)(r10 - 16) = 9
    r2 = map slots ll; r3 = ${slot}; call 12
    r1 = *(u64 *)(r10 - 8); r0 = *(u64 *)(r10 - 16); exit`,
};

/** An entry and the program in `slot`, which would run forever without the limit. */
export const chain = (kind: ChainKind, slot: number, slots: number): Generated => {
  const name = `chain.${kind}`;
  const source = `
    r6 = *(u32 *)(r1 + 0)
    r2 = *(u32 *)(r6 + ${countAt}); r2 += 1; *(u32 *)(r6 + ${countAt}) = r2
    ${bodies[kind](slot)}`;
  const options = {type: 'xdp', maps: generatedMaps(slots)} as const;
  const packet = new Uint8Array(packetBytes);
  new DataView(packet.buffer).setUint32(slotAt, slot, true);
  return {
    seed: -1,
    programs: [`${name}.0`, `${name}.1`].map((each) => assemble(source, {...options, name: each})),
    firstSlot: slot,
    packet,
  };
};
