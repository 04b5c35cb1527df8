// The compiler of this checkout against that of another one: processes of both take turns, so that
// a machine that slows down slows both. Each compiles the same program.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Refusal} from '../refusal.ts';
import type {Variant} from '../variants/variant.ts';

const compileFile = 'dist/jit/compile.js';
/** The second is where the list was before version 0.2. */
const listFiles = ['dist/jit/variants/list/index.js', 'dist/jit/variants/index.js'] as const;

/** Where a built checkout has its compiler and its list of variants. Throws a Refusal. */
export const filesOf = (checkout: string): {readonly compile: string; readonly list: string} => {
  const compile = resolve(checkout, compileFile);
  const list = listFiles.map((file) => resolve(checkout, file)).find(existsSync);
  if (list === undefined || !existsSync(compile))
    throw new Refusal(
      `'${checkout}' is not a checkout of jitstat that is built.`,
      'Run `npm ci` and `npm run build` in it, then this again.',
    );
  return {compile, list};
};

/** CPU milliseconds of the best round; null if the checkout does not know the variant. */
const measure = (checkout: string, variant: string): number | null => {
  const child = fileURLToPath(new URL('./one-checkout.js', import.meta.url));
  const {stdout, stderr} = spawnSync(process.execPath, [child, checkout, variant], {
    encoding: 'utf8',
  });
  const answer = stdout.trim();
  if (answer === 'unknown') return null;
  const ms = Number.parseFloat(answer);
  if (Number.isNaN(ms))
    throw new Refusal(
      `The compiler in '${checkout}' gave no time: ${stderr.trim().split('\n').at(-1)}`,
      'Build it again with `npm run build`.',
    );
  return ms;
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.round(share * (values.length - 1))];

/** Prints for each variant the times there and here, and the median of the paired ratios. */
export const compareCheckouts = (
  there: string,
  pairs: number,
  variants: readonly Variant[],
): void => {
  if (!Number.isInteger(pairs) || pairs < 1)
    throw new Refusal('--pairs takes a whole number from 1 on.', 'Ten are enough if it is quiet.');
  filesOf(there);
  const here = fileURLToPath(new URL('../../..', import.meta.url));
  console.log('CPU ms of a compilation of 60,000 instructions (best round of a process), medians,');
  console.log(`and the median of ${pairs} paired ratios here/there with its quartiles`);
  console.log(`${'variant'.padEnd(24)}   there    here   ratio`);
  for (const {name} of variants) {
    const rows: {readonly there: number; readonly here: number}[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const before = measure(there, name);
      if (before === null) break;
      rows.push({there: before, here: measure(here, name)!});
    }
    if (rows.length === 0) {
      console.log(`${name.padEnd(24)} not known there`);
      continue;
    }
    const ratios = rows.map((row) => row.here / row.there);
    console.log(
      name.padEnd(24) +
        [rows.map((row) => row.there), rows.map((row) => row.here)]
          .map((times) => quantile(times, 0.5).toFixed(2).padStart(8))
          .join('') +
        quantile(ratios, 0.5).toFixed(3).padStart(8) +
        ` (${quantile(ratios, 0.25).toFixed(3)}..${quantile(ratios, 0.75).toFixed(3)})`,
    );
  }
};
