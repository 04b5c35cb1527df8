// Layouts read from requests and command lines: the fields, the values each may have, and the
// default.
import {address, bad, truth, whole} from '../request-fields.ts';
import type {Layout} from '../types.ts';

const branches = ['retpoline', 'thunk', 'lfence', 'plain'] as const;

const branch = (value: unknown, name: string): Layout['indirectBranch'] =>
  branches.find((each) => each === value) ?? bad(`${name} is one of ${branches.join(', ')}`);

const optionalAddress = (value: unknown, name: string): bigint | null =>
  value === null ? null : address(value, name);

const range =
  (most: number) =>
  (value: unknown, name: string): number =>
    whole(value, name, 0, most);

const readers: {readonly [Name in keyof Layout]: (value: unknown, name: string) => Layout[Name]} = {
  callBase: address,
  indirectBranch: branch,
  indirectThunk: optionalAddress,
  returnThunk: optionalAddress,
  sls: truth,
  ibt: truth,
  bmi2: truth,
  shortJumpMax: range(127),
  maxEntriesOffset: range(127),
  ptrsOffset: range(0x7fffffff),
  bpfFuncOffset: range(127),
  percpuOffset: optionalAddress,
};

export const layoutFields = Object.keys(readers) as (keyof Layout)[];

/** The fields of `row` over `otherwise`; fields that a layout does not have are left alone. */
export const readLayout = (row: Readonly<Record<string, unknown>>, otherwise: Layout): Layout => {
  const given = layoutFields
    .filter((name) => row[name] !== undefined)
    .map((name) => [name, readers[name](row[name], `layout.${name}`)]);
  return {...otherwise, ...(Object.fromEntries(given) as Partial<Layout>)};
};

/** `field=value` texts, as on a command line, as a row for `readLayout`. */
export const layoutRow = (pairs: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [undefined, pair, ''];
      if (!layoutFields.some((field) => field === name))
        return bad(`'${name}' is not a field of a layout; there are ${layoutFields.join(', ')}`);
      if (value === 'true' || value === 'false') return [name, value === 'true'];
      if (value === 'null') return [name, null];
      return [name, /^[0-9]{1,15}$/.test(value) ? Number(value) : value];
    }),
  );

/** Any address near the kernel's data: only its length in the code matters. */
const somePerCpuOffset = 0xffff_ffff_8200_0000n;

/** The layout with an offset for per-CPU addresses, which user space does not have. */
export const withPerCpu = (layout: Layout): Layout => ({
  ...layout,
  percpuOffset: layout.percpuOffset ?? somePerCpuOffset,
});
