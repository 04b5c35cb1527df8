// The text of `--listing`: for each function its stack picture, bytes by step and poke sites, then
// the code under its BPF instructions.
import {formatInsn} from '../bpf/text/format-insn.ts';
import {listFunction} from './listing.ts';
import type {ListingLine} from './listing.ts';
import {frameOf} from '../lower/function-frame.ts';
import {formatPlacement} from '../image/placement.ts';
import type {Image, ImageFunction, ImageProgram} from '../types.ts';
import {landingOffset, stackPicture} from '../variants/derive.ts';
import {findVariant} from '../variants/list/index.ts';

export const listingText = (image: Image): string => {
  const {from} = findVariant(image.variant);
  const head = [
    `${image.variant}: ${from}`,
    `layout ${layoutWords(image)}; placement ${formatPlacement(image.placement)}; ` +
      `image ${image.hash.slice(0, 16)}`,
  ];
  const functions = image.programs.flatMap((program) =>
    program.compiled.functions.map((_function, index) => [
      '',
      ...functionText(image, program, index),
    ]),
  );
  const thunks = image.functions
    .filter(({program}) => program === '')
    .map((thunk) => [
      '',
      title(thunk),
      '',
      ...listFunction(thunk).map((line) => codeText(image, line)),
    ]);
  return `${[head, ...functions, ...thunks].flat().join('\n')}\n`;
};

const layoutWords = ({layout}: Image): string =>
  [
    `indirect branches ${layout.indirectBranch}`,
    ...(layout.returnThunk === null ? [] : ['return thunk']),
    ...(['sls', 'ibt', 'bmi2'] as const).filter((name) => layout[name]),
  ].join(', ');

const title = ({symbol, base, code}: ImageFunction): string =>
  `${symbol}: ${code.length} bytes at 0x${base.toString(16)}`;

const functionText = (image: Image, program: ImageProgram, index: number): string[] => {
  const own = image.functions.filter((each) => each.program === program.name)[index];
  const passes = program.compiled.passes[index];
  // We do not know the frame of a foreign compiler, so there is nothing to draw.
  const isForeign = findVariant(image.variant).foreign !== undefined;
  return [
    passes === undefined ? title(own) : `${title(own)}, ${passes} passes`,
    '',
    ...(isForeign ? [] : [...stackText(image, program, index), '']),
    ...stepText(own),
    ...pokeText(program, index),
    '',
    ...bodyText(image, program, own),
  ];
};

const relative = (offset: number): string => `rbp${offset < 0 ? '-' : '+'}${Math.abs(offset)}`;

const stackText = (image: Image, {verified}: ImageProgram, index: number): string[] => {
  const variant = findVariant(image.variant);
  const frame = frameOf(verified, index, image.layout, variant);
  const cells = stackPicture(variant, frame);
  return [
    `  stack after the prologue (a tail call enters at +${landingOffset(variant, frame)})`,
    '    +------------------+',
    ...cells
      .flatMap(({slot, offset, bytes}) => [
        `    | ${slot.padEnd(16)} | ${relative(offset)}` +
          `${bytes === 8 ? '' : `, ${bytes} bytes`}` +
          `${offset === 0 ? '   <- rbp' : ''}`,
        '    +------------------+',
      ])
      .slice(0, -1),
    `    +------------------+ <- rsp`,
  ];
};

const stepText = ({marks}: ImageFunction): string[] => {
  const sizes = new Map<string, number>();
  for (const {step, bytes} of marks()) sizes.set(step, (sizes.get(step) ?? 0) + bytes);
  return [
    '  bytes by step',
    ...[...sizes].map(([step, bytes]) => `    ${String(bytes).padStart(7)}  ${step}`),
  ];
};

const pokeText = ({verified, compiled}: ImageProgram, index: number): string[] => {
  const sites = compiled.pokes.filter((poke) => poke.function === index);
  if (sites.length === 0) return [];
  return [
    '',
    '  poke sites',
    ...sites.map(({descriptor, insn, bypass, bypassTarget, target, adj}) => {
      const slot = verified.descriptors[descriptor];
      const what =
        slot === undefined ? `descriptor ${descriptor}` : `map ${slot.map} slot ${slot.key}`;
      const skip =
        bypass === null
          ? ''
          : `bypass +0x${bypass.toString(16)} (to +0x${bypassTarget!.toString(16)}), `;
      return `    insn ${insn}, ${what}: ${skip}target +0x${target.toString(16)} (to the target's +${adj})`;
    }),
  ];
};

const bodyText = (image: Image, {verified}: ImageProgram, own: ImageFunction): string[] => {
  let insn = -1;
  return listFunction(own).flatMap((line) => {
    const text = codeText(image, line);
    if (line.insn === insn) return [text];
    insn = line.insn;
    return [`  ${insn}: ${formatInsn(verified.insns, insn, {verified: true})}`, text];
  });
};

const codeText = (image: Image, {offset, bytes, text, leadsTo, step}: ListingLine): string =>
  `    ${offset.toString(16).padStart(5)}  ${bytes.padEnd(33)} ` +
  `${`${text}${symbolic(image, leadsTo)}`.padEnd(46)} ${step}`;

const symbolic = ({functions}: Image, leadsTo: bigint | null): string => {
  if (leadsTo === null) return '';
  const found = functions.find(
    ({base, code}) => leadsTo >= base && leadsTo < base + BigInt(code.length),
  );
  if (found === undefined) return '';
  return leadsTo === found.base
    ? ` <${found.symbol}>`
    : ` <${found.symbol}+0x${(leadsTo - found.base).toString(16)}>`;
};
