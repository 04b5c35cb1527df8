// Pieces of spilling programs that call: map helpers, helpers with buffers, subprograms.
import {
  alu64,
  callHelper,
  callLocal,
  jump,
  mov64,
  pseudo,
  reg,
  store,
  wide,
} from '../../jit/bpf/word/insn.ts';
import type {Insn, Width} from '../../jit/bpf/word/insn.ts';
import {overwrite, place, slotOffsets} from './spill-frame.ts';
import {spillMaps, maps, saved, stackAddress, unknownNumber} from './spill-scope.ts';
import type {Scope} from './spill-scope.ts';

export const lookUp = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const map = random.pick(['numbers', 'table'] as const);
  const spec = spillMaps[maps[map]];
  const key = place(random, spec.keyBytes, 4);
  const to = random.pick(saved);
  const writesKey = random.one(2) && key % spec.keyBytes === 0;
  if (writesKey) overwrite(frame, key, spec.keyBytes);
  frame.registers.set(to, 'element');
  const skip = 2;
  return [
    ...(writesKey ? [store(spec.keyBytes as Width, 10, key, random.pick([0, 1, 3, 4]))] : []),
    ...stackAddress(2, key),
    ...wide(1, BigInt(maps[map]), pseudo.map),
    callHelper(1),
    mov64(to, reg(0)),
    jump('jne', to, 0, skip),
    mov64(0, 0),
    {code: 0x95, dst: 0, src: 0, off: 0, imm: 0},
  ];
};

export const changeMap = ({random}: Scope): Insn[] => {
  const map = random.pick(['numbers', 'table'] as const);
  const {keyBytes, valueBytes} = spillMaps[maps[map]];
  const updates = map === 'numbers' || random.one(2);
  return [
    ...stackAddress(2, place(random, keyBytes, 4)),
    ...stackAddress(3, place(random, valueBytes, 8)),
    ...wide(1, BigInt(maps[map]), pseudo.map),
    mov64(4, 0),
    callHelper(updates ? 2 : 3),
  ];
};

/** A helper that reads or writes `bytes` bytes of the stack. */
export const buffer = (scope: Scope): Insn[] => {
  const {random, frame, type} = scope;
  const bytes = 4 * (1 + random.below(4));
  const low = place(random, bytes, random.pick([1, 4, 8]));
  const fills = (size = bytes): void => overwrite(frame, low, size);
  const rows: (() => Insn[])[] = [
    // csum_diff(from, from_size, NULL, 0, 0): reads
    () => [
      ...stackAddress(1, low),
      mov64(2, bytes),
      mov64(3, 0),
      mov64(4, 0),
      mov64(5, 0),
      callHelper(28),
    ],
    // probe_read_kernel(to, size, 0): fills
    () => (fills(), [...stackAddress(1, low), mov64(2, bytes), mov64(3, 0), callHelper(113)]),
    // get_current_comm(to, size): fills
    () => (fills(), [...stackAddress(1, low), mov64(2, bytes), callHelper(16)]),
    // trace_printk(format, size): reads
    () => [...stackAddress(1, low), mov64(2, bytes), callHelper(6)],
    // probe_read_kernel with a size that is only known up to a bound: fills that much
    () => (
      fills(8),
      [
        ...stackAddress(1, Math.min(low, -8)),
        ...unknownNumber(scope, 2),
        alu64('and', 2, 7),
        mov64(3, 0),
        callHelper(113),
      ]
    ),
    // strtol(text, size, 0, result): reads, and fills 8 bytes
    () => {
      const result = place(random, 8, 8);
      overwrite(frame, result, 8);
      return [
        ...stackAddress(1, low),
        mov64(2, bytes),
        mov64(3, 0),
        ...stackAddress(4, result),
        callHelper(105),
      ];
    },
    // check_mtu(ctx, ifindex, length, 0, 0): writes 4 bytes
    () => {
      const result = place(random, 4, 4);
      overwrite(frame, result, 4);
      return [
        mov64(1, reg(6)),
        mov64(2, 1),
        ...stackAddress(3, result),
        mov64(4, 0),
        mov64(5, 0),
        callHelper(163),
      ];
    },
  ];
  if (type === 'sched_cls') rows.push(...skbRows(low, bytes, fills));
  return random.pick(rows)();
};

/** The helpers of `buffer` that need an skb. */
const skbRows = (low: number, bytes: number, fills: () => void): readonly (() => Insn[])[] => [
  // skb_load_bytes(ctx, 0, to, size): fills
  () => (
    fills(),
    [mov64(1, reg(6)), mov64(2, 0), ...stackAddress(3, low), mov64(4, bytes), callHelper(26)]
  ),
  // skb_set_tunnel_key(ctx, from, size, 0): reads
  () => [mov64(1, reg(6)), ...stackAddress(2, low), mov64(3, bytes), mov64(4, 0), callHelper(21)],
];

/** Calls a subprogram with the context, a slot of this frame and a number. */
export const callFunction = (scope: Scope): Insn[] => {
  const {random, frame, callees} = scope;
  if (callees.length === 0) return [];
  const offset = random.pick(slotOffsets);
  overwrite(frame, offset, 8);
  return [
    mov64(1, reg(6)),
    ...stackAddress(2, offset),
    mov64(3, random.pick([0, 1, 5])),
    callLocal(random.pick(callees)),
  ];
};
