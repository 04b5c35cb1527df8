// `jitstat size`: code size over many programs, before and after: sums, medians, extremes, steps,
// folders, and what was refused.
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {formatSize} from '../../dashboards/size/index.ts';
import {sizeFormats} from '../../dashboards/size/size-formats.ts';
import type {SizeDocument} from '../../dashboards/size/index.ts';
import {UserError} from '../../results/error.ts';
import {brokenLimit, sizeReport} from '../../results/size/report.ts';
import {visible} from '../../results/visible.ts';
import {plural} from '../../results/wording.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {choice, exitCodes, flag, text, texts} from '../command/command.ts';
import {programTypeOf} from '../command/program-type.ts';
import {progressBar} from '../host/progress.ts';
import {checkWritable} from '../host/writable.ts';
import {isPath, namedWorkload} from '../input/named-workload.ts';
import {pruneCache} from '../programs/dump-cache.ts';
import {isLoadedName, kernelLoader} from '../programs/kernel.ts';
import {objectFiles} from '../programs/find-objects.ts';
import {resolveSides} from '../size/resolve-sides.ts';
import {sizeAll} from '../size/size-all.ts';
import type {Item, Sides} from '../size/size-file.ts';
import {loaders, table} from '../usage/size.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const named = sidesOf(args);
    const limit = limitOf(args);
    const folder = pageFolder(io, args);
    const rules = text(args, 'rules') ?? null;
    const names = args.positionals;
    const items = eachOnce(names.flatMap((name) => itemsOf(io, name, names.length > 1)));
    if (items.length === 0)
      throw new UserError(
        `There is no ELF file in ${names.join(', ')}.`,
        'Name BPF objects, programs that carry some, or a folder with either.',
      );
    const sides = {
      ...named,
      loader: await loaderFor(args, named, items),
      useCache: !flag(args, 'no-cache'),
      type: programTypeOf(args),
    };
    await resolveSides(sides, io, rules);
    const bar = progressBar(io, 'sizes', items.length, 0, flag(args, 'quiet'));
    const sized = await sizeAll(items, {sides, cwd: io.cwd, rules}, bar.step);
    bar.end();
    if (sized.cached > 0 && !flag(args, 'quiet'))
      io.err(`jitstat: ${plural(sized.cached, 'object')} not loaded again (--no-cache does it)\n`);
    if (sides.loader !== null && sides.useCache) pruneCache();
    const documents = sides.afters.map((after, at): SizeDocument => ({
      report: sizeReport({before: sides.before, after}, sized.programs[at], sized.refused[at]),
      programs: sized.programs[at],
      refused: sized.refused[at],
    }));
    documents.forEach(checkNotEmpty);
    print(io, args, documents, sides.loader);
    if (folder !== null) await writePage(io, args, folder, documents);
    return gate(io, documents, limit);
  },
};

type NamedSides = Pick<Sides, 'before' | 'afters'>;

const sidesOf = (args: CommandArguments): NamedSides => {
  const [before, afters] = [text(args, 'before'), texts(args, 'after')];
  if (before === undefined || afters.length === 0)
    throw new UserError(
      `size needs --${before === undefined ? 'before' : 'after'}.`,
      'jitstat size OBJECT --before v58 --after v510; jitstat list names the variants.',
    );
  for (const side of [before, ...afters])
    if (side.startsWith('kernel:'))
      throw new UserError(
        `size cannot compile for '${visible(side)}'.`,
        'kernel alone is the running kernel; jitstat jit --on kernel:FILE shows another one.',
      );
  return {before, afters};
};

/** The native loader's path if libbpf is asked for, needed or available; otherwise null. */
const loaderFor = async (
  args: CommandArguments,
  {before, afters}: NamedSides,
  items: readonly Item[],
): Promise<string | null> => {
  const given = choice(args, 'loader', loaders);
  const asked = given ?? (programTypeOf(args) === undefined ? undefined : 'own');
  const isNeeded = [before, ...afters].includes('kernel') || items.some((item) => 'loaded' in item);
  if (asked === 'own' && isNeeded)
    throw new UserError(
      'Programs and code of the running kernel need its own loader.',
      given === undefined ? 'Leave --type out.' : 'Leave --loader own out.',
    );
  if (asked === 'own' || items.every((item) => 'workload' in item)) return null;
  if (programTypeOf(args) !== undefined)
    throw new UserError(
      'libbpf reads the types of programs from their sections alone.',
      'Leave --type or --loader libbpf out.',
    );
  const found = await kernelLoader();
  if ('path' in found) return found.path;
  if (asked === undefined && !isNeeded) return null;
  throw new UserError(
    `libbpf cannot load programs here: ${found.missing}.`,
    'With --loader own jitstat reads objects itself.',
  );
};

/** As a fraction with its sign; null if nothing fails. */
const limitOf = (args: CommandArguments): number | null => {
  const given = text(args, 'fail-on');
  if (given === undefined) return null;
  const found = /^([+-]?)(\d+(?:\.\d+)?|\.\d+)%?$/.exec(given.trim());
  if (found === null)
    throw new UserError(
      `--fail-on takes a percentage, not '${visible(given)}'.`,
      'For example --fail-on +1%, or --fail-on=-1% for code that shrank.',
    );
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) / 100);
};

/** Null if no page is asked for. */
const pageFolder = (io: Io, args: CommandArguments): string | null => {
  const given = text(args, 'output');
  if (given === undefined) return null;
  const folder = resolve(io.cwd, given);
  checkWritable(folder);
  return folder;
};

/** Among other names, files of a folder are called by its name as well. */
const itemsOf = (io: Io, name: string, isAmongOthers: boolean): readonly Item[] => {
  if (isLoadedName(name)) return [{loaded: name}];
  const path = resolve(io.cwd, name);
  if (!isPath(name) && !existsSync(path)) return [{workload: namedWorkload(name, io.cwd)}];
  return objectFiles(path, name, isAmongOthers ? name : '');
};

/** What is named twice, as by a folder and a file in it, is counted once. */
const eachOnce = (items: readonly Item[]): readonly Item[] => {
  const keyOf = (item: Item): string => {
    if ('path' in item) return item.path;
    return 'loaded' in item ? item.loaded : `workload ${item.workload.name}`;
  };
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
};

/** An empty report would look like good news. */
const checkNotEmpty = ({report}: SizeDocument): void => {
  if (report.sums.programs > 0) return;
  const [first] = report.refused;
  if (first === undefined)
    throw new UserError(
      'Nothing that was named holds a BPF program.',
      'Build objects with `clang -O2 -g -target bpf -c`.',
    );
  const refused = report.refusedPrograms;
  if (refused === 1)
    throw new UserError(
      `${visible(first.example)}: ${visible(first.reason)}.`,
      'A report needs at least one program that both sides compile.',
    );
  throw new UserError(
    `None of ${refused} programs can be compiled for both ` +
      `${visible(report.before)} and ${visible(report.after)}.`,
    `The most frequent reason is: ${visible(first.reason)} (${visible(first.example)}).`,
  );
};

const print = (
  io: Io,
  args: CommandArguments,
  documents: readonly SizeDocument[],
  loader: string | null,
): void => {
  if (flag(args, 'json')) {
    const [first, ...others] = documents.map(({report, programs, refused}) => ({
      schema: 'jitstat/size/1',
      loader: loader === null ? 'own' : 'libbpf',
      ...report,
      programs,
      refusals: refused,
    }));
    io.out(`${JSON.stringify(others.length === 0 ? first : [first, ...others])}\n`);
    return;
  }
  const format = choice(args, 'format', sizeFormats) ?? 'mail';
  io.out(documents.map((one) => `${formatSize(one, format)}\n`).join('\n'));
};

/** A report for another program has stdout to itself. */
const writePage = async (
  io: Io,
  args: CommandArguments,
  folder: string,
  documents: readonly SizeDocument[],
): Promise<void> => {
  const {writeSizePage} = await import('../../dashboards/size/size-page.ts');
  const index = await writeSizePage(folder, documents);
  if (flag(args, 'quiet')) return;
  const isMail = !flag(args, 'json') && (choice(args, 'format', sizeFormats) ?? 'mail') === 'mail';
  (isMail ? io.out : io.err)(`report: ${index}\n`);
};

const gate = (io: Io, documents: readonly SizeDocument[], limit: number | null): number => {
  if (limit === null) return exitCodes.done;
  const broken = documents.flatMap(({report}) =>
    brokenLimit(report, limit).map((name) => `the ${name} of ${visible(report.after)}`),
  );
  if (broken.length === 0) return exitCodes.done;
  const text = `${limit < 0 ? '' : '+'}${+(limit * 100).toFixed(6)}%`;
  io.err(`jitstat: ${broken.join(' and ')} changed by more than ${text}\n`);
  return exitCodes.changeFound;
};
