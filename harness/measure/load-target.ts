// Turns a target as the user names it into one that holds its workloads.
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {loadUserWorkload} from '../../workloads/user/load.ts';
import type {LoadedWorkload} from '../input/named-workload.ts';
import {isPath, namedWorkload} from '../input/named-workload.ts';
import type {NamedTarget, NamedWorkload, Target, WorkloadTarget} from './measure-options.ts';

/** Loads what either side plays. Throws UserErrors and Refusals. */
export const loadTarget = (target: NamedTarget, cwd: string): Target =>
  target.kind === 'commands' ? target : loadWorkloads(target, cwd);

/** The same workload for both sides, unless the program is what changes. */
export const loadWorkloads = <const Named extends NamedWorkload>(
  target: Named,
  cwd: string,
): Named & Pick<WorkloadTarget, 'workloads'> => {
  const before = loadWorkload(target, target.workload, cwd);
  const {afterProgram} = target;
  const after = afterProgram === undefined ? before : loadWorkload(target, afterProgram, cwd);
  return {...target, workloads: {before, after}};
};

const loadWorkload = (
  {scenario, packet, program}: NamedWorkload,
  name: string,
  cwd: string,
): LoadedWorkload => {
  const option = packet !== undefined ? 'packet' : program !== undefined ? 'program' : null;
  if (option !== null && !isPath(name))
    throw new UserError(
      `--${option} is for object files; ${visible(name)} has its own scenario.`,
      'Leave it out, or give the path of an object: ./my.bpf.o.',
    );
  return namedWorkload(name, cwd, (path) =>
    loadUserWorkload(path, {
      ...(scenario === undefined ? {} : {scenario: resolve(cwd, scenario)}),
      ...(packet === undefined ? {} : {packet}),
      ...(program === undefined ? {} : {only: program}),
    }),
  );
};

/** Throws if no workload was named. */
export const requireWorkloads = (names: readonly string[]): void => {
  if (names.length === 0)
    throw new UserError(
      'No workload was named.',
      'jitstat list names them; jitstat ab -- CMD -- CMD compares two commands.',
    );
};
