// `jitstat jit prog:ID`: the code of a program that is loaded in the running kernel, by a variant or
// by the kernel, and how the two compare.
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {imageToElf} from '../../jit/image/write-elf.ts';
import {imageJson} from '../../jit/listing/image-json.ts';
import {listingText} from '../../jit/listing/listing-text.ts';
import type {Image} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import type {CommandArguments, Io} from '../command/command.ts';
import {exitCodes, firstGiven, flag, text} from '../command/command.ts';
import {compareWithLoaded} from '../programs/identical.ts';
import type {CodeComparison} from '../programs/identical.ts';
import {kernelLoader, takeLoaded} from '../programs/kernel.ts';
import {imageOfKernel, imageOfVariant} from '../programs/loaded-image.ts';
import type {ProgramSource} from '../programs/program-source.ts';
import {runningVariant} from '../programs/running-variant.ts';
import {resolveSide} from '../sides/resolve.ts';

/** Options that make no sense for code that is already placed and is not run. */
const others = ['exe', 'repeat', 'on', 'placement', 'driver', 'layout'] as const;

export const listLoaded = async (io: Io, args: CommandArguments, name: string): Promise<number> => {
  const other = firstGiven(args, others);
  if (other !== undefined)
    throw new UserError(
      `--${other} does not go with a program that is loaded.`,
      `jitstat jit ${visible(name)} [--variant V|kernel] lists its code where the kernel put it.`,
    );
  const side = text(args, 'variant') ?? 'kernel';
  if (side !== 'kernel') await resolveSide(side, {io, rules: text(args, 'rules') ?? null});
  const loader = await kernelLoader();
  if ('missing' in loader)
    throw new UserError(
      `Loaded programs cannot be read here: ${loader.missing}.`,
      'Name an object file or a workload.',
    );
  const only = text(args, 'program');
  const sources = takeLoaded(loader.path, name, true).programs.filter(
    (one) => only === undefined || one.name === only,
  );
  if (sources.length === 0)
    throw new UserError(
      `${visible(name)} has no program '${visible(only ?? '')}'.`,
      'bpftool prog list names the programs that are loaded.',
    );
  const shown = sources.map((source): Shown => {
    const compared = side === 'kernel' ? runningVariant().name : side;
    const variant = findVariant(compared);
    return {
      source,
      variant: compared,
      image: (side === 'kernel' ? imageOfKernel : imageOfVariant)(source, variant),
      comparison: compareWithLoaded(source, compared),
    };
  });
  print(io, args, side, shown);
  return exitCodes.done;
};

interface Shown {
  readonly source: ProgramSource;
  /** The variant whose code is compared with the kernel's. */
  readonly variant: string;
  readonly image: Image;
  readonly comparison: CodeComparison;
}

const print = (io: Io, args: CommandArguments, side: string, shown: readonly Shown[]): void => {
  const elf = text(args, 'elf');
  if (elf !== undefined) writeElf(resolve(io.cwd, elf), shown);
  if (flag(args, 'json')) {
    const documents = shown.map(({source, variant, image, comparison}) => ({
      ...imageJson(image, flag(args, 'listing')),
      code: side,
      type: source.type,
      kernelBytes: kernelBytes(source),
      comparedVariant: variant,
      comparison,
      lost: source.kernel!.lost(),
    }));
    io.out(`${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`);
  } else if (flag(args, 'hex'))
    io.out(
      shown
        .flatMap(({image}) => image.functions)
        .map(({symbol, code}) => `${visible(symbol)} ${Buffer.from(code).toString('hex')}\n`)
        .join(''),
    );
  else if (flag(args, 'listing') || elf === undefined)
    io.out(
      shown
        .map((one) => {
          const head = side === 'kernel' ? `the running kernel's own code, named by ` : '';
          return `${head}${listingText(one.image)}\n${comparisonText(one)}\n`;
        })
        .join('\n'),
    );
};

const kernelBytes = ({kernel}: ProgramSource): number =>
  kernel!.functions.reduce((sum, code) => sum + code.length, 0);

/** One sentence or two. */
const comparisonText = ({source, variant, comparison}: Omit<Shown, 'image'>): string => {
  const {kind, first, patched} = comparison;
  const lost = source.kernel!.lost();
  const places = patched === 1 ? '1 place is' : `${patched} places are`;
  const symbol = first?.function === 0 ? source.name : `${source.name}.${first?.function}`;
  const where = first?.insn === -1 ? 'in the prologue' : `in instruction ${first?.insn}`;
  return [
    `The running kernel's own code has ${kernelBytes(source)} bytes; `,
    first === null
      ? `${variant}'s is the same, byte for byte.`
      : `${variant}'s first differs in ${visible(symbol)} at byte ${first.offset}, ${where}` +
        `${kind === 'other' ? '' : ` (the function has: ${kind})`}.`,
    patched === 0 ? '' : ` ${places} patched by the kernel while it runs.`,
    lost === null
      ? ''
      : `\nFollowing the kernel's code failed at ${lost}: guarded loads are not known.`,
  ].join('');
};

const writeElf = (path: string, shown: readonly Shown[]): void => {
  const [first, ...more] = shown;
  if (more.length > 0)
    throw new UserError(
      `${shown.length} programs have that name, and --elf writes one.`,
      'Take one of them by its number: prog:ID.',
    );
  try {
    writeFileSync(path, imageToElf(first.image));
  } catch (error) {
    throw new UserError(
      `${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`,
      'Choose another place.',
    );
  }
};
