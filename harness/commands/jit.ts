// `jitstat jit`: the code of a program or workload as listing, hex, ELF or executable; `--batch`
// answers requests line by line.
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {imageToElf} from '../../jit/image/write-elf.ts';
import {CompileRefusal, Refusal} from '../../jit/refusal.ts';
import {UserError} from '../../results/error.ts';
import {imageJson} from '../../jit/listing/image-json.ts';
import {layoutRow, readLayout} from '../../jit/image/layout.ts';
import {inlinesNote} from '../../jit/bpf/verify/kernel-inlines.ts';
import {listingText} from '../../jit/listing/listing-text.ts';
import {parsePlacement} from '../../jit/image/placement.ts';
import type {Image, Layout} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {choice, exitCodes, flag, number, text, texts} from '../command/command.ts';
import {sayAllLeftOut, sayLeftOut} from '../command/left-out.ts';
import {isKernelBuild} from '../machine/kernel-side.ts';
import {readOneMachine, refuseWithoutBuild} from '../machine/machine-options.ts';
import {isLoadedName} from '../programs/kernel.ts';
import {buildShim} from '../shim/build-shim.ts';
import {resolveSide} from '../sides/resolve.ts';
import {prepareImage, prepareJob} from '../shim/prepare.ts';
import {writeExecutable} from '../shim/run-shim.ts';
import {namedPrograms} from '../input/named-programs.ts';
import {readUserFile} from '../../workloads/user/read-file.ts';
import {drivers, table} from '../usage/jit.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    if (text(args, 'batch') !== undefined) return runBatch(io, args);
    const [name] = args.positionals;
    if (name !== undefined && isLoadedName(name))
      return (await import('../input/loaded-programs.ts')).listLoaded(io, args, name);
    refuseWithoutBuild(args, {before: text(args, 'on')});
    return text(args, 'on') === undefined ? runImage(io, args) : runOnKernel(io, args);
  },
};

const runOnKernel = async (io: Io, args: CommandArguments): Promise<number> => {
  const on = text(args, 'on') ?? '';
  if (!isKernelBuild(on))
    throw new UserError(`--on does not take '${on}'.`, 'A kernel build: --on kernel:bzImage.');
  const [{readKernelImages, kernelImagesJson, kernelImagesHex, kernelImagesText}, {lostNote}] =
    await Promise.all([import('../machine/show-images.ts'), import('../machine/boot-side.ts')]);
  const found = await readKernelImages(
    namedPrograms(io, args),
    readOneMachine(args, io, on),
    text(args, 'variant') ?? null,
    lostNote(io, flag(args, 'quiet')),
  );
  if (flag(args, 'json')) io.out(`${JSON.stringify(kernelImagesJson(found), null, 2)}\n`);
  else io.out(flag(args, 'hex') ? kernelImagesHex(found) : kernelImagesText(found));
  return exitCodes.done;
};

/** A little less than a Buffer can hold. */
const mostBatchBytes = 2 ** 31;

const runBatch = async (io: Io, args: CommandArguments): Promise<number> => {
  const others = Object.keys(command.options).filter(
    (name) => name !== 'batch' && args.values[name] !== undefined,
  );
  if (args.positionals.length > 0 || others.length > 0) {
    throw new UserError(
      `--batch takes no ${others.length > 0 ? `--${others[0]}` : `argument '${args.positionals[0]}'`}.`,
      'Each request line says its variant, functions and layout.',
    );
  }
  const file = text(args, 'batch')!;
  const requests =
    file === '-'
      ? await io.stdin()
      : readUserFile(
          resolve(io.cwd, file),
          'One request a line, as JSON; --batch - reads standard input.',
          mostBatchBytes,
        );
  await (await import('../input/answer-requests.ts')).answerRequests(io, requests);
  return exitCodes.done;
};

const runImage = async (io: Io, args: CommandArguments): Promise<number> => {
  const options = await imageOptions(io, args);
  const image = explained(io, args, () => imageOfGood(io, args, options));
  const elf = text(args, 'elf');
  const exe = text(args, 'exe');
  if (elf !== undefined)
    writeOutput(resolve(io.cwd, elf), (path) => writeFileSync(path, imageToElf(image)));
  if (exe !== undefined) {
    const {job} = prepareJob({...options, repeat: repeatOf(args)});
    writeOutput(resolve(io.cwd, exe), (path) => writeExecutable(options.shim, job, path));
  }
  if (flag(args, 'json'))
    io.out(`${JSON.stringify(imageJson(image, flag(args, 'listing')), null, 2)}\n`);
  else if (flag(args, 'hex'))
    io.out(
      image.functions
        .map(({symbol, code}) => `${symbol} ${Buffer.from(code).toString('hex')}\n`)
        .join(''),
    );
  else if (flag(args, 'listing') || (elf ?? exe) === undefined) {
    io.out(listingText(image));
    const {isa} = findVariant(options.variant).rules;
    const note = inlinesNote(options.workload.programs, isa);
    if (note !== null) io.out(`\n${note}\n`);
  }
  return exitCodes.done;
};

const imageOptions = async (io: Io, args: CommandArguments) => {
  const loaded = namedPrograms(io, args);
  const {leftOut, ...workload} = loaded;
  const variant = text(args, 'variant');
  if (variant === undefined)
    throw new UserError(
      'jit needs a variant.',
      `jitstat jit ${args.positionals[0]} --variant rfc1; jitstat list names the variants.`,
    );
  await resolveSide(variant, {io, rules: text(args, 'rules') ?? null});
  const layout = layoutOf(args, findVariant(variant).layout);
  const driver = choice(args, 'driver', drivers);
  const placement = parsePlacement(text(args, 'placement') ?? 'fixed:0');
  repeatOf(args);
  return {
    workload,
    leftOut,
    variant,
    placement,
    layout,
    shim: await buildShim('user'),
    ...(driver === undefined ? {} : {driver}),
  };
};

type ImageOptions = Awaited<ReturnType<typeof imageOptions>>;

/**
 * The image of all programs of a file that can be compiled; stderr names the others. For a run, or
 * if a program is asked for by name, all of them must compile.
 */
const imageOfGood = (io: Io, args: CommandArguments, options: ImageOptions): Image => {
  const {workload, leftOut} = options;
  if (text(args, 'program') === undefined) sayAllLeftOut(io, args, {...workload, leftOut});
  try {
    return prepareImage(options).image;
  } catch (error) {
    const some =
      leftOut !== undefined && workload.programs.length > 1 && text(args, 'exe') === undefined;
    if (!(error instanceof Refusal) || !some) throw error;
    const programs = workload.programs.filter((program) => {
      try {
        prepareImage({...options, workload: {...workload, programs: [program]}});
        return true;
      } catch (reason) {
        if (!(reason instanceof Refusal)) throw reason;
        sayLeftOut(io, args, {name: program.name, error: reason});
        return false;
      }
    });
    if (programs.length === 0) throw error;
    return prepareImage({...options, workload: {...workload, programs}}).image;
  }
};

/** What a driver did in each pass goes to stderr before the refusal itself. */
const explained = (io: Io, args: CommandArguments, link: () => Image): Image => {
  try {
    return link();
  } catch (error) {
    if (error instanceof CompileRefusal && !flag(args, 'quiet'))
      io.err(error.details.map((line) => `${line}\n`).join(''));
    throw error;
  }
};

const repeatOf = (args: CommandArguments): number => {
  const repeat = number(args, 'repeat');
  if (repeat !== undefined && text(args, 'exe') === undefined)
    throw new UserError(
      '--repeat belongs to --exe.',
      'jitstat jit WORKLOAD --variant V --exe FILE --repeat N.',
    );
  return repeat ?? 1_000_000;
};

const layoutOf = (args: CommandArguments, otherwise: Layout): Layout => {
  try {
    return readLayout(layoutRow([...texts(args, 'layout')]), otherwise);
  } catch (error) {
    throw error instanceof CompileRefusal
      ? new UserError(
          `${error.message}.`,
          'Write --layout FIELD=VALUE; jitstat jit --help names the fields.',
        )
      : error;
  }
};

const writeOutput = (path: string, write: (path: string) => void): void => {
  try {
    write(path);
  } catch (error) {
    throw new UserError(
      `${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`,
      'Choose another place.',
    );
  }
};
