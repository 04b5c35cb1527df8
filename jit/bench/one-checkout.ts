// A process of the paired bench: `one-checkout.js DIR VARIANT` prints the CPU milliseconds of the
// best round of the compiler built in DIR, or `unknown`.
import type {compileProgram} from '../compile.ts';
import type {Variant} from '../variants/variant.ts';
import {bestRoundMs, userLayout} from './best-round.ts';
import {filesOf} from './paired-speed.ts';
import {mixedProgram} from './programs.ts';

interface Compiler {
  readonly compileProgram: typeof compileProgram;
}

interface List {
  readonly variants: readonly Variant[];
}

/** Node has optimised the compiler after about 15. */
const rounds = 60;

const [checkout, name] = process.argv.slice(2);
const files = filesOf(checkout);
const compiler = (await import(files.compile)) as Compiler;
const {variants} = (await import(files.list)) as List;
const variant = variants.find((each) => each.name === name);
const program = mixedProgram(60_000, 1);
console.log(
  variant === undefined
    ? 'unknown'
    : bestRoundMs(() => compiler.compileProgram(program, variant, userLayout(variant)), rounds),
);
