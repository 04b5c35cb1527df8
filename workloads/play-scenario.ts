// Plays a workload's scenario in the reference interpreter: what every return value, flow key and
// counter should be.
import {skbOffsets, xdpOffsets} from '../jit/bpf/verify/context-fields.ts';
import {createWorld, interpret} from '../jit/bpf/run/interpret.ts';
import type {Context, Helper, InterpretOptions, World} from '../jit/bpf/run/interpret.ts';
import {startsAfterHeader} from '../jit/program-kinds.ts';
import type {Program} from '../jit/types.ts';
import type {Step, Workload} from './types.ts';

export interface PlayOptions extends Pick<InterpretOptions, 'tailCallCounter' | 'countMisses'> {
  /** Executions of each run; default 1. */
  readonly repeat?: number;
}

/** The result of a run or a counter; `wrong` says how it differs from the expectation. */
export interface Played {
  readonly label: string;
  readonly value: number | null;
  readonly output?: string;
  /** Successful tail calls of the last execution. */
  readonly tailCalls?: number;
  readonly wrong?: string;
}

/**
 * Results of all runs, counters and removals, in order. A fault in a program ends the play; its
 * message is in `wrong`.
 */
export const play = (workload: Workload, {repeat = 1, ...options}: PlayOptions = {}): Played[] => {
  const world = createWorld(workload.maps, [
    {name: 'packet', base: packetAddress, bytes: new Uint8Array(packetRoom)},
    {name: 'keys', base: keysAddress, bytes: new Uint8Array(keysBytes)},
  ]);
  const results: Played[] = [];
  for (const step of workload.scenario) {
    const played = playStep(step, workload, world, repeat, options);
    if (played !== undefined) results.push(played);
    if (played?.wrong !== undefined) break;
  }
  return results;
};

const playStep = (
  step: Step,
  workload: Workload,
  world: World,
  repeat: number,
  options: PlayOptions,
): Played | undefined => {
  if (step.op === 'run') return playRun(step, workload, world, repeat, options);
  const map = world.maps.get(step.map)!;
  const key = u32Bytes(step.key);
  switch (step.op) {
    case 'update':
      map.programs.set(step.key, programNamed(workload, step.program));
      return undefined;
    case 'delete': {
      const there =
        map.spec.type === 'prog_array'
          ? map.programs.delete(step.key)
          : clear(world, map.lookup(key));
      if (there === (step.expect !== 'ENOENT')) return undefined;
      return {
        label: `delete ${step.map}[${step.key}]`,
        value: null,
        wrong: there ? 'the slot was filled' : 'the slot was empty',
      };
    }
    case 'set':
      Buffer.from(step.value, 'hex').copy(
        world.memory.view(map.lookup(key) + BigInt(step.offset ?? 0), step.value.length / 2)!,
      );
      return undefined;
    case 'expect': {
      const value = Number(world.memory.load(map.lookup(key) + BigInt(step.offset ?? 0), 4));
      return compare({label: `${step.map}[${step.key}]`, value}, step.perRepeat * repeat);
    }
  }
};

const programNamed = (workload: Workload, name: string): Program =>
  workload.programs.find((program) => program.name === name)!;

/** The socket of an xskmap: a value of 0 means none. */
const clear = (world: World, address: bigint): boolean => {
  const there = world.memory.load(address, 4) !== 0n;
  world.memory.store(address, 4, 0n);
  return there;
};

const compare = (played: Played, expected: number): Played =>
  played.value === expected ? played : {...played, wrong: `${played.value}, expected ${expected}`};

const playRun = (
  step: Step & {op: 'run'},
  workload: Workload,
  world: World,
  repeat: number,
  options: PlayOptions,
): Played => {
  const packet = Buffer.from(workload.packets[step.packet], 'hex');
  const context = contextOf(workload, packet.length);
  const entry = programNamed(workload, workload.entry);
  world.memory.view(packetAddress, packet.length)!.set(packet);
  let played: Played = {label: step.label, value: null};
  for (let done = 0; done < repeat; done++) {
    prepareKeys(world, packet, step.flags ?? 0);
    const outcome = interpret(entry, {
      ...options,
      world,
      context,
      helpers: helpers(packet.subarray(frontOf(workload))),
    });
    if (outcome.kind !== 'returned')
      return {
        ...played,
        wrong:
          outcome.kind === 'fault'
            ? `${outcome.program}: instruction ${outcome.insn}: ${outcome.reason}`
            : 'no end',
      };
    played = {
      label: step.label,
      value: Number(BigInt.asUintN(32, outcome.value)),
      tailCalls: outcome.tailCalls,
    };
  }
  if (workload.type === 'flow_dissector')
    played = {...played, output: clampedKeys(world, packet.length)};
  const {retval, output} = step.expect;
  if (output !== undefined && played.output !== output)
    return {...played, wrong: `output ${played.output}, expected ${output}`};
  return retval === null ? played : compare(played, retval >>> 0);
};

const packetAddress = 0x0000_5000_0000_0000n;
const packetRoom = 4096;
const keysAddress = 0x0000_5100_0000_0000n;
const keysBytes = 56;
const etherTypeAt = 12;
const headerBytes = 14;

/** Bytes of the packet that programs of the type do not see. */
const frontOf = ({type}: Workload): number => (startsAfterHeader(type) ? headerBytes : 0);

const contextOf = (workload: Workload, packetBytes: number): Context => {
  const end = packetAddress + BigInt(packetBytes);
  const front = frontOf(workload);
  return workload.type === 'xdp'
    ? fields({
        [xdpOffsets.data]: packetAddress,
        [xdpOffsets.data_end]: end,
        [xdpOffsets.rx_queue_index]: 0n,
      })
    : fields({
        [skbOffsets.len]: BigInt(packetBytes - front),
        [skbOffsets.data]: packetAddress + BigInt(front),
        [skbOffsets.data_end]: end,
        [skbOffsets.flow_keys]: keysAddress,
      });
};

/** The flow keys as the kernel prepares them before each dissection. */
const prepareKeys = (world: World, packet: Buffer, flags: number): void => {
  const keys = Buffer.alloc(keysBytes);
  keys.writeUInt16LE(headerBytes, 0);
  keys.writeUInt16LE(headerBytes, 2);
  packet.copy(keys, 10, etherTypeAt, headerBytes);
  keys.writeUInt32LE(flags, 48);
  world.memory.view(keysAddress, keysBytes)!.set(keys);
};

/** A pointer field is loaded as 4 bytes and becomes a whole pointer, as a verifier rewrites it. */
const fields = (values: Readonly<Record<number, bigint>>): Context => ({
  load: (offset) => values[offset],
});

/** After a dissection the kernel keeps both offsets within the packet. */
const clampedKeys = (world: World, packetBytes: number): string => {
  const keys = Buffer.from(world.memory.view(keysAddress, keysBytes)!);
  const clamp = (value: number, low: number): number => Math.min(Math.max(value, low), packetBytes);
  keys.writeUInt16LE(clamp(keys.readUInt16LE(0), headerBytes), 0);
  keys.writeUInt16LE(clamp(keys.readUInt16LE(2), keys.readUInt16LE(0)), 2);
  return keys.toString('hex');
};

const verdictRedirect = 4n;

/** Helpers that the workloads call beyond those of the interpreter. */
const helpers = (packet: Buffer): Readonly<Record<number, Helper>> => ({
  1: ({args: [map, key], memory, mapAt}) => {
    const state = mapAt(map);
    const bytes = state === undefined ? undefined : memory.view(key, state.spec.keyBytes);
    if (state === undefined || bytes === undefined) return undefined;
    const address = state.lookup(bytes);
    return state.spec.type === 'xskmap' && address !== 0n && memory.load(address, 4) === 0n
      ? 0n
      : address;
  },
  26: ({args: [, offset, to, length], memory}) => {
    const [from, bytes] = [Number(offset & 0xffff_ffffn), Number(length & 0xffff_ffffn)];
    const buffer = memory.view(to, bytes);
    if (buffer === undefined) return undefined;
    if (from + bytes > packet.length) return -14n;
    packet.copy(buffer, 0, from, from + bytes);
    return 0n;
  },
  51: ({args: [map, key, flags], memory, mapAt}) => {
    const socket = memory.load(mapAt(map)?.lookup(u32Bytes(Number(key & 0xffff_ffffn))) ?? 0n, 4);
    return socket === undefined || socket === 0n ? flags & 3n : verdictRedirect;
  },
});

const u32Bytes = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
