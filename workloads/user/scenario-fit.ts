// Whether a scenario fits the programs and maps it is for. docs/scenario.md describes the rules.
import type {MapSpec, Program} from '../../jit/types.ts';
import type {Step} from '../types.ts';
import {CheckError} from './check-error.ts';
import type {Scenario} from './scenario-shape.ts';

/** `packetBytes`: the most a test run of the kernel takes: a page less its head and tail room. */
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
          'Variables that a scenario sets belong in .data or .bss: declare them without const.',
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
