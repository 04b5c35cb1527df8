// The poke protocols: in which order a map operation patches the two locations of a direct tail
// call.
//
//   bypass:  nop | jmp after        skips the unwinding while the slot is empty
//            unwind the frame
//   target:  nop | jmp program      leaves for the program in the slot
//   after:

/**
 * One step of a map operation. `bypass: nop` and `bypass: skip` do nothing if that is already
 * there.
 */
export type PokeStep =
  | 'slot'
  | 'target: jmp'
  | 'target: nop'
  | 'bypass: nop'
  | 'bypass: skip'
  /** Wait until every CPU has left the read section it was in, if the bypass was really changed. */
  | 'grace period';

export interface Protocol {
  readonly name: string;
  /** One line: its source. */
  readonly from: string;
  /** A program is put into the slot, empty or not. */
  readonly install: readonly PokeStep[];
  readonly remove: readonly PokeStep[];
}

export const protocols: readonly Protocol[] = [
  {
    name: 'rfc1',
    from: 'the RFC of 2 July 2020: the target keeps its jump when the slot is emptied',
    install: ['slot', 'target: jmp', 'bypass: nop'],
    remove: ['slot', 'bypass: skip'],
  },
  {
    name: 'rfc1-naive',
    from: 'the same two locations poked in the other order, which the RFC warns of',
    install: ['slot', 'bypass: nop', 'target: jmp'],
    remove: ['slot', 'target: nop', 'bypass: skip'],
  },
  {
    name: 'merged',
    from: 'v1 of 16 July 2020 up to Linux 6.18: a grace period between the two pokes of a removal',
    install: ['slot', 'target: jmp', 'bypass: nop'],
    remove: ['slot', 'bypass: skip', 'grace period', 'target: nop'],
  },
  {
    name: 'merged-without-grace-period',
    from: 'the merged protocol with the wait left out',
    install: ['slot', 'target: jmp', 'bypass: nop'],
    remove: ['slot', 'bypass: skip', 'target: nop'],
  },
];
