// Loads a group of objects into the running kernel, compiles them with variants, and compares with
// the kernel's own code.
import {compileProgram} from '../../jit/compile.ts';
import {Refusal} from '../../jit/refusal.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {UserError} from '../../results/error.ts';
import {objectsIn} from '../programs/find-objects.ts';
import type {ObjectFile} from '../programs/find-objects.ts';
import {compareWithLoaded} from '../programs/identical.ts';
import type {CodeClass} from '../programs/identical.ts';
import {loadByKernel} from '../programs/kernel.ts';
import type {LoadedObject, ProgramSource} from '../programs/program-source.ts';
import {runningVariant} from '../programs/running-variant.ts';
import {reasonOf} from '../size/reason.ts';

/** Variants whose share of loaded programs is counted. */
export const countedVariants = ['v58', 'v510', 'v61', 'v612', 'v618'] as const;

export interface CorpusRow {
  readonly group: string;
  objects: number;
  /** Objects with at least one program that was loaded. */
  objectsLoaded: number;
  loaded: number;
  instructions: number;
  /** By class, `identical` first; `refused` if the kernel's variant refuses the program. */
  readonly classes: Map<CodeClass | 'refused', number>;
  readonly compiled: Map<string, number>;
  /** Programs that the kernel or libbpf did not load, by reason. */
  readonly reasons: Map<string, number>;
  /** `file program: class` for programs that are not identical. */
  readonly different: string[];
}

const addOne = <Key>(counts: Map<Key, number>, key: Key): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** `isSeen` is called with the code of each program, so that copies count once. */
export const measureGroup = (
  group: string,
  files: readonly ObjectFile[],
  loader: string,
  isSeen: (code: string) => boolean,
  progress: (done: number) => void,
): CorpusRow => {
  const row: CorpusRow = {
    group,
    objects: 0,
    objectsLoaded: 0,
    loaded: 0,
    instructions: 0,
    classes: new Map(),
    compiled: new Map(),
    reasons: new Map(),
    different: [],
  };
  files.forEach((file, number) => {
    for (const {bytes} of objectsIn(file)) {
      row.objects++;
      const {programs, refused} = loadOrRefuse(loader, bytes);
      for (const {error} of refused) addOne(row.reasons, reasonOf(error, file.file));
      if (programs.length > 0) row.objectsLoaded++;
      for (const one of programs) if (!isSeen(codeKey(one))) measureProgram(row, file.file, one);
    }
    progress(number + 1);
  });
  return row;
};

const codeKey = ({name, instructions, kernel}: ProgramSource): string =>
  `${name} ${instructions} ${kernel!.functions.map((code) => code.length).join()}`;

const loadOrRefuse = (loader: string, bytes: Uint8Array): LoadedObject => {
  try {
    return loadByKernel(loader, bytes, true);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {programs: [], refused: [{name: '', error}]};
  }
};

const measureProgram = (row: CorpusRow, file: string, one: ProgramSource): void => {
  row.loaded++;
  row.instructions += one.instructions;
  for (const name of countedVariants) if (isCompiled(one, name)) addOne(row.compiled, name);
  const kind = classOf(one);
  addOne(row.classes, kind);
  if (kind !== 'identical') {
    const lost = one.kernel!.lost();
    row.different.push(`${file} ${one.name}: ${kind}${lost === null ? '' : ` (lost: ${lost})`}`);
  }
};

const isCompiled = (one: ProgramSource, name: string): boolean => {
  try {
    const variant = findVariant(name);
    const {program, layout} = one.verifiedFor(variant);
    compileProgram(program, variant, layout);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
};

const classOf = (one: ProgramSource): CodeClass | 'refused' => {
  try {
    return compareWithLoaded(one, runningVariant().name).kind;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return 'refused';
  }
};
