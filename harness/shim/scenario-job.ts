// A workload's scenario as records of a user job: slot stores with their pokes, packets and
// contexts, runs, counters.
import {fieldsOf, linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {isStorage, startsAfterHeader} from '../../jit/program-kinds.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {Image} from '../../jit/types.ts';
import type {Instead, Step, Workload} from '../../workloads/types.ts';
import {contextHeaderBytes, contextImage} from './context-layout.ts';
import type {JobRecord, Shown} from './job.ts';
import {headroomBytes} from './job-memory.ts';
import type {Memory} from './job-memory.ts';
import type {Slots} from './slots.ts';
import {socketImage} from './socket-image.ts';
import {fromHex, words} from './words.ts';

export interface ScenarioOptions {
  readonly workload: Workload;
  readonly image: Image;
  readonly memory: Memory;
  readonly slots: Slots;
  readonly repeat: number;
  /** Slots are updated, but nothing is run or checked. */
  readonly emptyScenario: boolean;
  /** Expectations that this variant does not meet. */
  readonly instead: Instead | undefined;
  /** The report shows what each run left behind. */
  readonly shows?: boolean;
}

export const scenarioRecords = (options: ScenarioOptions): JobRecord[] =>
  options.workload.scenario.flatMap((step) => stepRecords(step, options));

const stepRecords = (step: Step, options: ScenarioOptions): JobRecord[] => {
  const {memory, slots, repeat, emptyScenario} = options;
  switch (step.op) {
    case 'update': {
      const program =
        memory.programs.get(step.program) ?? missing('program', step.program, options.workload);
      return [slotStore(step, program, options), ...slots.update(step.map, step.key, step.program)];
    }
    case 'delete':
      return [slotStore(step, 0n, options), ...slots.update(step.map, step.key, null)];
    case 'set':
      return [{op: 'store', address: elementAddress(step, options), bytes: fromHex(step.value)}];
    case 'run':
      return emptyScenario ? [] : runRecords(step, options);
    case 'expect': {
      if (emptyScenario) return [];
      const {instead} = options;
      const perRepeat =
        (instead?.kind === 'misbehave' ? instead.perRepeat?.[step.map] : undefined) ??
        step.perRepeat;
      return [
        {
          op: 'compare',
          label: `${step.map}[${step.key}]`,
          address: elementAddress(step, options),
          value: Math.imul(perRepeat, repeat) >>> 0,
        },
      ];
    }
  }
};

const slotStore = (
  step: Step & {op: 'update' | 'delete'},
  pointer: bigint,
  options: ScenarioOptions,
): JobRecord => ({
  op: 'store',
  address: elementAddress({map: step.map, key: step.key}, options),
  bytes: words([pointer]),
});

const elementAddress = (
  {map, key, offset = 0}: {map: string; key: number; offset?: number},
  {memory, workload}: ScenarioOptions,
): bigint => {
  const placed = memory.maps.get(map) ?? missing('map', map, workload);
  return placed.elements + BigInt(placed.stride * key + offset);
};

/** Unreachable: workloads are validated when loaded. */
const missing = (what: string, name: string, workload: Workload): never => {
  throw new Error(`workload ${workload.name} has no ${what} ${name}`);
};

const ethernetBytes = 14;

const runRecords = (step: Step & {op: 'run'}, options: ScenarioOptions): JobRecord[] => {
  const {workload, image, memory, repeat, instead} = options;
  const packet = fromHex(workload.packets[step.packet] ?? missing('packet', step.packet, workload));
  const front = startsAfterHeader(workload.type) ? ethernetBytes : 0;
  const start = memory.packet(packet.length);
  const data = start + BigInt(front);
  const etherType = packet.length >= ethernetBytes ? (packet[12] << 8) | packet[13] : 0;
  const context = contextImage(
    fieldsOf(linuxContextFields, workload.type) ?? [],
    {
      data,
      data_end: start + BigInt(packet.length),
      data_meta: data,
      len: packet.length - front,
      pkt_type: packetType(packet),
      flow_keys: memory.keys,
      protocol: protocolOf(etherType, packet.subarray(ethernetBytes, ethernetBytes + 2)),
      ifindex: loopback,
      // An skb does not have one before it is received; XDP programs get that of the receiving
      // queue.
      ingress_ifindex: workload.type === 'xdp' ? loopback : 0,
    },
    memory.context,
    socketImage(etherType, packet.subarray(ethernetBytes)),
  );
  const entry =
    image.programs.find(({name}) => name === workload.entry) ??
    missing('program', workload.entry, workload);
  const dissector = workload.type === 'flow_dissector';
  const retval =
    (instead?.kind === 'misbehave' ? instead.retvals?.[step.label] : undefined) ??
    step.expect.retval;
  return [
    ...storageRecords(options),
    // Nothing of the previous run is left in front of it.
    {op: 'store', address: start - BigInt(headroomBytes), bytes: new Uint8Array(headroomBytes)},
    {op: 'store', address: start, bytes: packet},
    {op: 'store', address: memory.context - BigInt(contextHeaderBytes), bytes: context},
    {
      op: 'run',
      label: step.label,
      entry: entry.compiled.functions[0].base,
      context: memory.context,
      repeat,
      retval,
      ...(options.shows === true ? {shows: shownOf(workload.type)} : {}),
      ...(step.expect.output === undefined
        ? {}
        : {output: {address: dissector ? memory.keys : data, bytes: fromHex(step.expect.output)}}),
      ...(dissector
        ? {flow: {keys: memory.keys, etherType, packetBytes: packet.length, flags: step.flags ?? 0}}
        : {}),
    },
  ];
};

const storageRecords = ({memory}: ScenarioOptions): JobRecord[] =>
  [...memory.maps.values()]
    .filter(({spec}) => isStorage(spec.type))
    .map(({spec, elements}) => ({
      op: 'store',
      address: elements,
      bytes: new Uint8Array(spec.valueBytes),
    }));

/**
 * skb->pkt_type on a device whose address is zero: for this host, broadcast, multicast, for another
 * host.
 */
const packetType = (packet: Uint8Array): number => {
  const target = packet.subarray(0, 6);
  if (target.every((byte) => byte === 0)) return 0;
  if (target.every((byte) => byte === 0xff)) return 1;
  return (target[0] & 1) === 1 ? 2 : 3;
};

const shownOf = (type: ProgramType): Shown =>
  type === 'flow_dissector' ? 'keys' : type === 'xdp' ? 'xdp' : 'skb';

/**
 * skb->protocol, two bytes read as a little-endian number: for frames with a length in place of a
 * type, the kernel looks at the bytes that follow.
 */
const protocolOf = (etherType: number, start: Uint8Array): number => {
  const isType = etherType >= leastEtherType;
  const protocol = isType ? etherType : start[0] === 0xff && start[1] === 0xff ? 1 : 4;
  return ((protocol & 0xff) << 8) | (protocol >> 8);
};
/** Smaller numbers are lengths (IEEE 802.3). */
const leastEtherType = 0x600;

/** Index of the interface on which test runs pretend to receive. */
const loopback = 1;
