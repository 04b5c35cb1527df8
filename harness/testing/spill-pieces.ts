// The pieces that spilling programs are made of: spills, stores of every size, helper calls with
// buffers, reloads and what is done with them.
import {
  alu64,
  atomic,
  callHelper,
  callLocal,
  jump,
  load,
  loadSigned,
  mov64,
  pseudo,
  reg,
  store,
  wide,
} from '../../jit/bpf/word/insn.ts';
import type {Insn, JumpName, Width} from '../../jit/bpf/word/insn.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import type {MapSpec, ProgramType} from '../../jit/types.ts';
import type {Choices} from '../play/choices.ts';
import {copyFrame, meet, overwrite, ownSlot, place, slotOffsets} from './spill-frame.ts';
import type {Frame, Kind} from './spill-frame.ts';

export const spillMaps: readonly MapSpec[] = [
  {name: 'numbers', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 4},
  {name: 'table', type: 'hash', keyBytes: 8, valueBytes: 24, maxEntries: 8},
];
const maps = {numbers: 0, table: 1} as const;

export interface Scope {
  readonly random: Choices;
  readonly type: Exclude<ProgramType, 'flow_dissector'>;
  readonly frame: Frame;
  /** Subprograms that may be called; the number goes into the immediate. */
  readonly callees: readonly number[];
  /** How deep branches are nested. */
  readonly depth: number;
}

const saved = [7, 8, 9] as const;
const widths = [1, 2, 4, 8] as const;
const stackAddress = (register: number, offset: number): Insn[] => [
  mov64(register, reg(10)),
  alu64('add', register, offset),
];

/** A number nobody knows, in `register`. */
const unknownNumber = ({type}: Scope, register: number): Insn[] => [
  load(4, register, 6, type === 'xdp' ? 16 : 0),
];

const spill = ({random, frame}: Scope): Insn[] => {
  const offset = random.pick(slotOffsets);
  const choices = [...frame.registers].filter(([, kind]) => kind !== 'unknown');
  const [register, kind] = random.pick([...choices, [6, 'ctx'] as const]);
  frame.slots.set(offset, kind);
  return [store(8, 10, offset, reg(register))];
};

const spillStackPointer = ({random, frame}: Scope): Insn[] => {
  const offset = random.pick(slotOffsets);
  frame.slots.set(offset, 'stack');
  return [...stackAddress(1, ownSlot), store(8, 10, offset, reg(1))];
};

const constants = [0, 0, 1, -1, 5, 0x1234, 0x7fffffff] as const;

/** A store of any size: a constant, or a number in a register. */
const writeSome = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const bytes = random.pick(widths);
  const offset = place(random, bytes, bytes);
  overwrite(frame, offset, bytes);
  if (random.one(2)) return [store(bytes, 10, offset, random.pick(constants))];
  if (random.one(2)) return [mov64(1, random.pick(constants)), store(bytes, 10, offset, reg(1))];
  return [...unknownNumber(scope, 1), store(bytes, 10, offset, reg(1))];
};

/** A store at an offset that is not constant. */
const writeSomewhere = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const low = random.pick(slotOffsets.slice(2));
  const bytes = random.pick([1, 2] as const);
  overwrite(frame, low, 16);
  return [
    ...unknownNumber(scope, 1),
    alu64('and', 1, random.pick([8, 14])),
    mov64(2, reg(10)),
    alu64('add', 2, low),
    alu64('add', 2, reg(1)),
    store(bytes, 2, 0, random.pick([0, 7])),
  ];
};

const atomicOperations = [0x00, 0x50, 0x01, 0xe1] as const;

const changeAtomically = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const bytes = random.pick([4, 8] as const);
  const offset = place(random, bytes, bytes);
  overwrite(frame, offset, bytes);
  return [...unknownNumber(scope, 1), atomic(bytes, random.pick(atomicOperations), 10, offset, 1)];
};

/** Reads a field of the context through `base`; every size that the kernel takes, signed or not. */
const readContext = ({random, type}: Scope, base: number, to: number): Insn[] => {
  const field = random.pick(linuxContextFields[type]);
  if (field.whole === true) return [load(field.bytes, to, base, field.offset), mov64(to, 0)];
  const bytes = random.pick([1, 2, 4] as const);
  const offset = field.offset + bytes * random.below(4 / bytes);
  return [(random.one(4) ? loadSigned : load)(bytes, to, base, offset)];
};

const writeContext = ({random, type}: Scope, base: number): Insn[] => {
  const writable = linuxContextFields[type].filter((field) => field.writable === true);
  if (writable.length === 0) return [];
  const field = random.pick(writable);
  const bytes = field.direct === true ? random.pick([1, 2, 4] as const) : 4;
  return random.one(2)
    ? [store(bytes, base, field.offset, random.pick([1, 0xffff, 3]))]
    : [mov64(2, 77), store(bytes, base, field.offset, reg(2))];
};

/** Does with `register` what its kind allows. R1 and R2 are scratch. */
const use = (scope: Scope, register: number, kind: Kind): Insn[] => {
  const {random} = scope;
  switch (kind) {
    case 'ctx':
      return random.one(3) ? writeContext(scope, register) : readContext(scope, register, 2);
    case 'packet':
      return random.one(3)
        ? [store(1, register, random.below(8), 9)]
        : [load(4, 2, register, 4 * random.below(4))];
    case 'element':
      return random.one(2)
        ? [load(8, 2, register, 8 * random.below(2))]
        : [store(4, register, 4 * random.below(4), 5)];
    case 'stack':
      return [store(random.pick(widths), register, 0, 3)];
    default:
      return [alu64('xor', register, 0x55)];
  }
};

/** Loads a slot and uses what is in it, or keeps it. */
const reload = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const offset = random.pick(slotOffsets);
  const kind = frame.slots.get(offset) ?? 'unknown';
  const to = random.one(3) ? random.pick(saved) : 1;
  if (to !== 1) frame.registers.set(to, kind === 'unknown' ? 'number' : kind);
  return [load(8, to, 10, offset), ...(random.one(4) ? [] : use(scope, to, kind))];
};

const useRegister = (scope: Scope): Insn[] => {
  const [register, kind] = scope.random.pick([...scope.frame.registers]);
  return use(scope, register, kind);
};

/**
 * A constant goes through the stack, in any size, and decides a jump: whether the kernel knows it
 * is seen by the code it leaves out.
 */
const decide = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const [stored, read] = [random.pick(widths), random.pick(widths)];
  const offset = random.pick(slotOffsets);
  const value = random.pick(constants);
  overwrite(frame, offset, 8);
  const write = random.one(2)
    ? [store(stored, 10, offset, value)]
    : [mov64(1, value), store(stored, 10, offset, reg(1))];
  const at = offset + (random.one(3) ? read * random.below(8 / read) : 0);
  return [
    ...write,
    load(read, 1, 10, at),
    jump(random.pick(['jeq', 'jne'] as const), 1, random.pick([0, value]), 1),
    mov64(2, 4321),
  ];
};

const lookUp = (scope: Scope): Insn[] => {
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

const changeMap = ({random}: Scope): Insn[] => {
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
const buffer = (scope: Scope): Insn[] => {
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
    // probe_read_kernel with a size that is known only up to a bound: fills as much
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
  if (type === 'sched_cls')
    rows.push(
      // skb_load_bytes(ctx, 0, to, size): fills
      () => (
        fills(),
        [mov64(1, reg(6)), mov64(2, 0), ...stackAddress(3, low), mov64(4, bytes), callHelper(26)]
      ),
      // skb_set_tunnel_key(ctx, from, size, 0): reads
      () => [
        mov64(1, reg(6)),
        ...stackAddress(2, low),
        mov64(3, bytes),
        mov64(4, 0),
        callHelper(21),
      ],
    );
  return random.pick(rows)();
};

/** Calls a subprogram with the context, a slot of this frame and a number. */
const callFunction = (scope: Scope): Insn[] => {
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

const conditions = ['jeq', 'jne', 'jgt', 'jset', 'jslt'] as const satisfies readonly JumpName[];

/** Some pieces that run only if a number is what nobody knows. */
const maybe = (scope: Scope): Insn[] => {
  if (scope.depth >= 2) return [];
  const {random, frame} = scope;
  const inner = copyFrame(frame);
  const insns = Array.from({length: 1 + random.below(3)}, () =>
    spillPiece({...scope, frame: inner, depth: scope.depth + 1}),
  ).flat();
  meet(frame, inner);
  const constant = 3 + random.below(100);
  return [
    ...unknownNumber(scope, 1),
    jump(random.pick(conditions), 1, constant, insns.length),
    ...insns,
  ];
};

const pieces: readonly ((scope: Scope) => Insn[])[] = [
  spill,
  spill,
  spillStackPointer,
  writeSome,
  writeSome,
  writeSomewhere,
  changeAtomically,
  reload,
  reload,
  reload,
  useRegister,
  decide,
  decide,
  lookUp,
  changeMap,
  buffer,
  buffer,
  buffer,
  callFunction,
  maybe,
];

/** Some instructions that leave R6 (the context) alone and change the frame as they say. */
export const spillPiece = (scope: Scope): Insn[] => scope.random.pick(pieces)(scope);
