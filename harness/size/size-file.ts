// The programs of one file on all sides: what a worker does.
import {readFileSync} from 'node:fs';
import {readElf, refuseObject} from '../../jit/bpf/object/elf-file.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {RefusedProgram, SizedProgram} from '../../results/size/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {attempt} from '../command/trouble.ts';
import {objectsIn} from '../programs/find-objects.ts';
import type {ObjectFile} from '../programs/find-objects.ts';
import {loadByKernel, takeLoaded} from '../programs/kernel.ts';
import {loadOwnObject, loadText, ofWorkload} from '../programs/own.ts';
import type {LoadedObject} from '../programs/program-source.ts';
import {compileSide} from './compile-side.ts';
import {reasonOf} from './reason.ts';

/** What to compile: a file, a workload of jitstat, or a program that is loaded. */
export type Item = ObjectFile | {readonly workload: Workload} | {readonly loaded: string};

export interface Sides {
  readonly before: string;
  readonly afters: readonly string[];
  /** The native loader; null: jitstat reads objects itself. */
  readonly loader: string | null;
  /** What the kernel made of objects earlier may be taken from the cache. */
  readonly useCache: boolean;
  /** The type of programs whose section does not name one, for jitstat's own loader. */
  readonly type?: ProgramType | undefined;
}

/** One list for each after side, in their order. */
export interface Sized {
  readonly programs: readonly (readonly SizedProgram[])[];
  readonly refused: readonly (readonly RefusedProgram[])[];
  /** Objects that the kernel did not load this time. */
  readonly cached: number;
}

export const sizeItem = (item: Item, sides: Sides): Sized => {
  const programs: SizedProgram[][] = sides.afters.map(() => []);
  const refused: RefusedProgram[][] = sides.afters.map(() => []);
  let cached = 0;
  const path = 'path' in item ? item.path : '';
  const refuse = (file: string, program: string, error: Error): void => {
    const reason = reasonOf(error, file, path);
    for (const list of refused) list.push({file, program, by: 'loader', reason});
  };
  for (const {file, folder, load} of loads(item, sides)) {
    const loaded = attempt(load);
    if (loaded instanceof Error) {
      refuse(file, '', loaded);
      continue;
    }
    if (loaded.isCached === true) cached++;
    for (const {name, error} of loaded.refused) refuse(file, name, error);
    const sized = (side: string) =>
      compileSide(loaded.programs, side === 'kernel' ? side : findVariant(side));
    const befores = sized(sides.before);
    sides.afters.forEach((side, number) => {
      const afters = side === sides.before ? befores : sized(side);
      loaded.programs.forEach((one, at) => {
        const [before, after] = [befores[at], afters[at]];
        if (before instanceof Error || after instanceof Error) {
          refused[number].push({file, program: one.name, ...refusalOf(before, after, file)});
          return;
        }
        const {name, type, instructions} = one;
        programs[number].push({file, folder, program: name, type, instructions, before, after});
      });
    });
  }
  return {programs, refused, cached};
};

const refusalOf = (before: unknown, after: unknown, file: string) => {
  const [first, second] = [before, after].map((one) =>
    one instanceof Error ? reasonOf(one, file) : null,
  );
  if (first === null) return {by: 'after' as const, reason: second!};
  if (second === null) return {by: 'before' as const, reason: first};
  return {by: 'both' as const, reason: first === second ? first : `${first}; ${second}`};
};

interface Load {
  readonly file: string;
  readonly folder: string;
  readonly load: () => LoadedObject;
}

const loads = (item: Item, {before, afters, loader, useCache, type}: Sides): readonly Load[] => {
  const likeKernel = [before, ...afters].includes('kernel');
  if ('loaded' in item) {
    const {loaded} = item;
    return [{file: loaded, folder: '', load: () => takeLoaded(loader!, loaded, likeKernel)}];
  }
  if ('workload' in item) {
    const {workload} = item;
    return [{file: workload.name, folder: 'workloads', load: () => ofWorkload(workload)}];
  }
  const {path, file, folder, isNamed} = item;
  const objects = attempt(() => (isNamed && !isElfFile(path) ? null : objectsIn(item)));
  if (objects === null) return [{file, folder, load: () => loadText(path)}];
  if (objects instanceof Error) return [{file, folder, load: () => fail(objects)}];
  // The reader says why a file that was named is not an object.
  if (objects.length === 0 && isNamed)
    return [{file, folder, load: () => loadOwnObject(readFileSync(path), file, type)}];
  return objects.map(({suffix, bytes}) => ({
    file: `${file}${suffix}`,
    folder,
    load: () =>
      loader === null
        ? loadOwnObject(bytes, `${file}${suffix}`, type)
        : loadByLibbpf(loader, bytes, `${file}${suffix}`, likeKernel, useCache),
  }));
};

/** Of a damaged file libbpf says little; jitstat's reader names the place. */
const loadByLibbpf = (
  loader: string,
  bytes: Uint8Array,
  file: string,
  likeKernel: boolean,
  useCache: boolean,
): LoadedObject => {
  const loaded = loadByKernel(loader, bytes, likeKernel, useCache);
  if (loaded.refused.some(({name}) => name === '')) readElf(bytes, file);
  if (loaded.programs.length + loaded.refused.length === 0)
    refuseObject(file, 'there is no program in it');
  return loaded;
};

const isElfFile = (path: string): boolean =>
  readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF';

const fail = (error: Error): never => {
  throw error;
};
