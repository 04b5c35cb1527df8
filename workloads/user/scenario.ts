// The scenario file: its schema, and whether it fits the programs and maps it is for. Described in
// docs/scenario.md.
import type {MapSpec, Program} from '../../jit/types.ts';
import type {Step} from '../types.ts';
import {CheckError, hex, integer, list, object, oneOf, orNull, table, text} from './checks.ts';
import type {Check} from './checks.ts';

const u32 = integer(0, 0xffff_ffff);
const retval = integer(-0x8000_0000, 0xffff_ffff);
const size = integer(1, 0x7fff_ffff);

// prettier-ignore
const stepKinds = {
  update: object({op: text, map: text, key: u32, program: text}, {}),
  delete: object({op: text, map: text, key: u32}, {expect: oneOf('ok', 'ENOENT')}),
  set: object({op: text, map: text, key: u32, value: hex}, {offset: u32}),
  run: object({op: text, label: text, packet: text}, {flags: integer(0, 7), expect: object({}, {retval: orNull(retval), output: hex})}),
  expect: object({op: text, map: text, key: u32, perRepeat: u32}, {offset: u32}),
} as const;

const kindOf = oneOf(...(Object.keys(stepKinds) as (keyof typeof stepKinds)[]));

const step: Check<Step> = (value, path) => {
  const op = kindOf((value as {op?: unknown} | null)?.op, `${path}.op`);
  const checked = stepKinds[op](value, path);
  if (op !== 'run') return checked as Step;
  const run = checked as ReturnType<typeof stepKinds.run>;
  return {...run, expect: {...run.expect, retval: run.expect?.retval ?? null}} as Step;
};

const map: Check<MapSpec> = (value, path) => {
  const {initial, ...rest} = object(
    {
      name: text,
      type: oneOf('array', 'hash', 'percpu_array', 'prog_array', 'xskmap'),
      keyBytes: size,
      valueBytes: size,
      maxEntries: size,
    },
    {initial: hex},
  )(value, path);
  return initial === undefined
    ? rest
    : {...rest, initial: new Uint8Array(Buffer.from(initial, 'hex'))};
};

/** The document; `maps` and `type` are only for assembly text, which cannot say them itself. */
export const scenarioCheck = object(
  {schema: oneOf('jitstat/scenario/1'), packets: table(hex), steps: list(step)},
  {
    name: text,
    purpose: text,
    entry: text,
    programs: list(text),
    type: oneOf('sched_cls', 'flow_dissector', 'xdp'),
    maps: list(map),
  },
);

export type Scenario = ReturnType<typeof scenarioCheck>;

/** `packetBytes`: what a test run of the kernel takes in a page, with its head and tail room. */
export const limits = {
  programs: 33,
  packetBytes: {min: 14, max: 3520},
  mapBytes: 16 * 2 ** 20,
  steps: 10_000,
} as const;

const keysBytes = 56;

/** Throws a CheckError if packets or steps do not fit each other, the programs or the maps. */
export const checkFit = (
  {packets, steps}: Scenario,
  programs: readonly Program[],
  maps: readonly MapSpec[],
  entry: Program,
): void => {
  for (const [name, packet] of Object.entries(packets)) checkPacket(packet, `packets.${name}`);
  if (steps.length > limits.steps)
    throw new CheckError('steps', `${steps.length} steps are more than ${limits.steps}`);
  if (!steps.some(({op}) => op === 'run'))
    throw new CheckError('steps', 'there is no run, so there is nothing to measure');
  const labels = new Set<string>();
  steps.forEach((each, index) => {
    const path = `steps[${index}]`;
    if (each.op === 'run') {
      if (labels.has(each.label))
        throw new CheckError(`${path}.label`, `two runs are called '${each.label}'`);
      labels.add(each.label);
      checkRun(each, path, Object.keys(packets), entry);
    } else {
      checkMapStep(each, path, programs, maps);
    }
  });
};

const checkPacket = (packet: string, path: string): void => {
  const bytes = packet.length / 2;
  const {min, max} = limits.packetBytes;
  if (bytes < min)
    throw new CheckError(path, `${bytes} bytes are less than an Ethernet header of ${min}`);
  if (bytes > max)
    throw new CheckError(
      path,
      `${bytes} bytes are more than the ${max} of a test run`,
      'Shorten the packet.',
    );
};

const checkRun = (
  run: Step & {op: 'run'},
  path: string,
  packets: readonly string[],
  entry: Program,
): void => {
  if (!packets.includes(run.packet)) throw unknown(`${path}.packet`, 'packet', run.packet, packets);
  const dissector = entry.type === 'flow_dissector';
  if (!dissector && run.flags !== undefined)
    throw new CheckError(`${path}.flags`, 'only a flow dissector takes flags');
  const {output} = run.expect;
  if (output === undefined) return;
  if (!dissector)
    throw new CheckError(`${path}.expect.output`, 'only a flow dissector has an output');
  if (output.length !== 2 * keysBytes)
    throw new CheckError(
      `${path}.expect.output`,
      `flow keys have ${keysBytes} bytes, not ${output.length / 2}`,
    );
};

const checkMapStep = (
  each: Exclude<Step, {op: 'run'}>,
  path: string,
  programs: readonly Program[],
  maps: readonly MapSpec[],
): void => {
  const spec = maps.find(({name}) => name === each.map);
  if (spec === undefined)
    throw unknown(
      `${path}.map`,
      'map',
      each.map,
      maps.map(({name}) => name),
    );
  const wants = (what: string, ...types: readonly MapSpec['type'][]): void => {
    if (!types.includes(spec.type))
      throw new CheckError(
        `${path}.map`,
        `${what} needs a map of type ${types.join(' or ')}, and ${spec.name} is of type ${spec.type}`,
      );
  };
  if (each.key >= spec.maxEntries)
    throw new CheckError(
      `${path}.key`,
      `${spec.name} has ${spec.maxEntries} entries, the last is ${spec.maxEntries - 1}`,
    );
  switch (each.op) {
    case 'update':
      wants('an update', 'prog_array');
      if (!programs.some(({name}) => name === each.program))
        throw unknown(
          `${path}.program`,
          'program',
          each.program,
          programs.map(({name}) => name),
        );
      return;
    case 'delete':
      return wants('a delete', 'prog_array', 'xskmap');
    case 'set':
      wants('a set', 'array', 'xskmap');
      if (spec.readOnly === true)
        throw new CheckError(
          `${path}.map`,
          `${spec.name} is frozen when the program is loaded, as libbpf does it, and cannot be set`,
          'Variables that a scenario sets belong into .data or .bss: declare them without const.',
        );
      return fits(path, spec, each.offset ?? 0, each.value.length / 2);
    case 'expect':
      wants('an expectation', 'array');
      return fits(path, spec, each.offset ?? 0, 4);
  }
};

const fits = (path: string, {name, valueBytes}: MapSpec, offset: number, bytes: number): void => {
  if (offset + bytes > valueBytes)
    throw new CheckError(
      `${path}.offset`,
      `${bytes} bytes at ${offset} go beyond an element of ${name}, which has ${valueBytes}`,
    );
};

const unknown = (path: string, what: string, name: string, known: readonly string[]): CheckError =>
  new CheckError(
    path,
    `there is no ${what} '${name}'`,
    known.length === 0
      ? `There is none at all.`
      : `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`,
  );
