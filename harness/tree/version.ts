// The version of a kernel tree, and the variant whose verifier rules are nearest to it.
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isVariant} from '../../jit/variants/list/index.ts';
import {UserError} from '../../results/error.ts';

export interface TreeVersion {
  /** `6.1.192` */
  readonly text: string;
  /** major * 1000 + minor */
  readonly number: number;
}

export const jitSource = 'arch/x86/net/bpf_jit_comp.c';

/** Throws a UserError for a folder that is not a kernel tree with an x86 JIT. */
export const treeVersion = (tree: string): TreeVersion => {
  const makefile = join(tree, 'Makefile');
  const text = existsSync(makefile) ? readFileSync(makefile, 'utf8') : '';
  const part = (name: string) =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, 'm').exec(text)?.[1] ?? '';
  const [major, minor, sub] = [part('VERSION'), part('PATCHLEVEL'), part('SUBLEVEL')];
  if (!/^\d+$/.test(major) || !/^\d+$/.test(minor))
    throw new UserError(
      `${tree} is not a kernel source tree: its Makefile names no version.`,
      'Name the top folder of the sources, the one with Kconfig and arch/.',
    );
  if (!existsSync(join(tree, jitSource)))
    throw new UserError(
      `${tree} has no ${jitSource}.`,
      'A part of a tree needs arch/x86, include, kernel, lib, scripts, tools and all Kconfig files.',
    );
  const extra = part('EXTRAVERSION');
  return {
    text: `${major}.${minor}${sub === '' || sub === '0' ? '' : `.${sub}`}${extra}`,
    number: 1000 * Number(major) + Number(minor),
  };
};

/** The variants whose verifier rules are applied, each with its first version. */
const rules = [
  {since: 6018, variant: 'v618'},
  {since: 6012, variant: 'v612'},
  {since: 6001, variant: 'v61'},
  {since: 5010, variant: 'v510'},
  {since: 0, variant: 'v58'},
] as const;

export const nearestRules = ({number}: TreeVersion): string => {
  const nearest = rules.find(({since}) => number >= since)!.variant;
  return isVariant(nearest) ? nearest : 'v618';
};
