// A user's workload: a BPF object or assembly text, and a scenario file next to it or elsewhere.
import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {duplicateKeys} from '../../jit/duplicate-keys.ts';
import {readObject} from '../../jit/bpf/object/object.ts';
import type {ReadOptions} from '../../jit/bpf/object/section-types.ts';
import {Refusal} from '../../jit/refusal.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {Program} from '../../jit/types.ts';
import type {Workload} from '../types.ts';
import {CheckError} from './check-error.ts';
import {readUserFile} from './read-file.ts';
import {checkFit, limits} from './scenario-fit.ts';
import {readScenario} from './scenario-shape.ts';
import type {Scenario} from './scenario-shape.ts';
import {standardPacket} from './standard-packets.ts';

/** The entry runs once on a standard packet, and any return value will do. */
const runOn = (packet: string): Pick<Scenario, 'schema' | 'packets' | 'steps'> => ({
  schema: 'jitstat/scenario/1',
  packets: {[packet]: standardPacket(packet).hex},
  steps: [{op: 'run', label: 'run', packet, expect: {retval: null}}],
});

export interface LoadOptions {
  /** Default: what `scenarioNextTo` finds, or else a run on zeros. */
  readonly scenario?: string;
  /** A standard packet in place of the scenario's packets and steps. */
  readonly packet?: string;
  /** False to show code only: any program of any type may be the entry. Default true. */
  readonly toRun?: boolean;
  /** The program to use as entry; only this one must be one that jitstat can load. */
  readonly only?: string;
  /** The type of programs of an object whose section does not name one. */
  readonly type?: ProgramType | undefined;
}

/** A workload, and the programs of the object that were left out of it. */
export interface UserWorkload extends Workload {
  readonly leftOut: readonly RefusedProgram[];
  /** Neither a scenario nor a packet was given: the entry runs on zeros. */
  readonly isUnscripted: boolean;
}

export interface RefusedProgram {
  readonly name: string;
  readonly error: Refusal;
}

interface Source {
  readonly programs: readonly Program[];
  readonly refused: readonly RefusedProgram[];
}

/**
 * Loads `objectPath` (ELF object, or assembly text with `.program NAME` lines) with its scenario.
 * Programs that jitstat cannot load are left out unless they are asked for. Throws Refusals for
 * files that cannot be read, do not follow the schema or do not fit each other.
 */
export const loadUserWorkload = (
  objectPath: string,
  {scenario: scenarioPath, packet, toRun = true, only, type}: LoadOptions = {},
): UserWorkload => {
  const stem = stemOf(objectPath);
  const file = scenarioPath ?? scenarioNextTo(objectPath);
  const scenario: Scenario = {
    ...(file === undefined ? runOn('zeros') : readScenarioFile(file)),
    ...(packet === undefined ? {} : runOn(packet)),
  };
  const bytes = readFile(objectPath);
  const source = isElf(bytes)
    ? programsOfObject(bytes, objectPath, scenario, file, {toRun, type})
    : {programs: programsOfText(bytes, objectPath, basename(stem), scenario), refused: []};
  return inFile(file ?? objectPath, () => {
    const isAlone = toRun && (file === undefined || packet !== undefined);
    const programs = isAlone ? alone(source, only, scenario) : choose(source, scenario.programs);
    const entry = findEntry(
      {programs, refused: source.refused},
      only ?? scenario.entry ?? (toRun ? undefined : programs[0].name),
      basename(objectPath),
      toRun,
    );
    const maps = entry.maps;
    if (toRun) checkSizes(programs, objectPath);
    checkFit(scenario, programs, maps, entry);
    return {
      name: scenario.name ?? basename(stem),
      purpose: scenario.purpose ?? `programs of ${basename(objectPath)}`,
      type: entry.type,
      maps,
      programs,
      entry: entry.name,
      packets: scenario.packets,
      scenario: scenario.steps,
      leftOut: scenario.programs === undefined ? source.refused : [],
      isUnscripted: file === undefined && packet === undefined,
    };
  });
};

const stemOf = (objectPath: string): string => objectPath.replace(/(\.bpf)?\.[^./]*$/, '');

/** `NAME.scenario.json` next to `NAME.bpf.o` or `NAME.s`, if there is one. */
export const scenarioNextTo = (objectPath: string): string | undefined => {
  const path = `${stemOf(objectPath)}.scenario.json`;
  return existsSync(path) ? path : undefined;
};

const isElf = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from('\x7fELF', 'latin1'));

const readFile = (path: string): Uint8Array =>
  readUserFile(
    path,
    'Give the path of a BPF object (.bpf.o), of assembly text (.s) or of a scenario (.json).',
  );

const readScenarioFile = (path: string): Scenario => {
  const text = Buffer.from(readFile(path)).toString();
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Refusal(
      `${path} is not JSON: ${(error as Error).message}.`,
      'docs/scenario.md shows a whole scenario.',
    );
  }
  return inFile(path, () => {
    const [twice] = duplicateKeys(text);
    if (twice !== undefined)
      throw new CheckError(twice, 'this key occurs twice', 'Remove one of them.');
    return readScenario(document);
  });
};

const inFile = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof CheckError)
      throw new Refusal(
        `${path}: ${error.message}.`,
        error.hint ?? 'docs/scenario.md describes the file, with an example.',
      );
    throw error;
  }
};

const programsOfObject = (
  bytes: Uint8Array,
  path: string,
  scenario: Scenario,
  file: string | undefined,
  options: ReadOptions,
): Source => {
  const own =
    scenario.maps === undefined ? (scenario.type === undefined ? undefined : 'type') : 'maps';
  if (own !== undefined)
    throw new Refusal(
      `${file}: ${own}: an object says its ${own} itself.`,
      'Leave the key out; it is for assembly text.',
    );
  return readObject(bytes, path, options);
};

const objectOrText = 'Give an ELF object built with clang --target=bpf, or assembly text.';

/** Files in the place of objects, by their first bytes. */
// prettier-ignore
const strangers = [
  {starts: Buffer.from('!<arch>\n'), what: 'an archive', hint: 'Take the objects out of it with `ar x`.'},
  {starts: Buffer.from('!<thin>\n'), what: 'a thin archive', hint: 'Name the objects that `ar t` lists.'},
  {starts: Buffer.from([0x42, 0x43, 0xc0, 0xde]), what: 'LLVM bitcode',
    hint: 'Build it without -flto and -emit-llvm.'},
  {starts: Buffer.from([0x1f, 0x8b]), what: 'a compressed file', hint: 'Unpack it with `gzip -d`.'},
] as const;

/**
 * Text is one program, or several after lines `.program NAME`; what comes before the first such
 * line is a comment.
 */
const programsOfText = (
  bytes: Uint8Array,
  path: string,
  name: string,
  scenario: Scenario,
): readonly Program[] => {
  const stranger = strangers.find(({starts}) =>
    Buffer.from(bytes).subarray(0, starts.length).equals(starts),
  );
  if (stranger !== undefined)
    throw new Refusal(`${path}: this is ${stranger.what}, not a BPF object.`, stranger.hint);
  if (bytes.length === 0) throw new Refusal(`${path}: the file is empty.`, objectOrText);
  const source = Buffer.from(bytes).toString();
  if (source.includes('\0'))
    throw new Refusal(`${path}: this is neither a BPF object nor text.`, objectOrText);
  const options = {type: scenario.type ?? 'sched_cls', maps: scenario.maps ?? []} as const;
  const pieces = source.split(/^[ \t]*\.program[ \t]+([\w.$]+)[ \t]*(?:#.*)?$/m);
  if (pieces.length === 1) return [assemble(source, {...options, name})];
  return pieces.flatMap((piece, index) =>
    index % 2 === 1 ? [assemble(pieces[index + 1], {...options, name: piece})] : [],
  );
};

/** The programs to load. A refused one is an error only if it is named, or if there is no other. */
const choose = (
  {programs, refused}: Source,
  names: readonly string[] | undefined,
): readonly Program[] => {
  if (names === undefined) {
    if (programs.length === 0) throw refused[0].error;
    return programs;
  }
  return names.map((name, index) => {
    const program = programs.find((each) => each.name === name);
    if (program !== undefined) return program;
    throwRefusal(refused, name);
    throw new CheckError(
      `programs[${index}]`,
      `there is no program '${name}'`,
      `There are ${programs.map((each) => each.name).join(', ')}.`,
    );
  });
};

/** A run on one packet never reaches another program. */
const alone = (
  source: Source,
  name: string | undefined,
  scenario: Scenario,
): readonly Program[] => {
  const found = source.programs.filter((program) => program.name === name);
  return found.length > 0 ? found : choose(source, scenario.programs);
};

const throwRefusal = (refused: readonly RefusedProgram[], name: string): void => {
  const found = refused.find((each) => each.name === name);
  if (found !== undefined) throw found.error;
};

const findEntry = (
  {programs, refused}: Source,
  name: string | undefined,
  file: string,
  toRun: boolean,
): Program => {
  throwRefusal(refused, name ?? 'entry');
  const wanted = name ?? (programs.length === 1 ? programs[0].name : 'entry');
  const entry = programs.find((each) => each.name === wanted);
  const names = programs.map((each) => each.name).join(', ');
  if (entry === undefined)
    throw new CheckError(
      'entry',
      name === undefined
        ? 'must say which program to run'
        : `there is no program '${name}' in ${file}`,
      `Name one of ${names} in a scenario file, or with --program.`,
    );
  const other = programs.find(({type}) => type !== entry.type);
  if (toRun && other !== undefined)
    throw new CheckError(
      'programs',
      `${other.name} is of type ${other.type}, ${entry.name} of type ${entry.type}`,
      'Name programs of one type under "programs".',
    );
  return entry;
};

const checkSizes = (programs: readonly Program[], path: string): void => {
  if (programs.length > limits.programs) {
    throw new Refusal(
      `${path}: ${programs.length} programs are more than ${limits.programs}.`,
      'No chain of tail calls is longer; name those to load under "programs" in the scenario.',
    );
  }
  for (const {name, maxEntries, keyBytes, valueBytes} of programs[0].maps) {
    const bytes = maxEntries * (keyBytes + valueBytes);
    if (bytes > limits.mapBytes)
      throw new Refusal(
        `${path}: map ${name} takes ${bytes} bytes, more than ${limits.mapBytes}.`,
        'Lower its max_entries.',
      );
  }
};
