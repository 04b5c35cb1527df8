// The one place where the name of a workload becomes a workload.
import {resolve} from 'node:path';
import {findWorkload} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import type {UserWorkload} from '../../workloads/user/load.ts';
import {loadUserWorkload} from '../../workloads/user/load.ts';

/** A built-in workload, or one loaded from a file of the user's. */
export type LoadedWorkload = Workload & Partial<UserWorkload>;

/** Built-in workloads have neither a dot nor a slash in their names. */
export const isPath = (name: string): boolean => /[./]/.test(name);

/**
 * A built-in workload by its name, or what `load` makes of the absolute path of a file. Throws a
 * Refusal if there is no such workload, and whatever `load` throws.
 */
export const namedWorkload = (
  name: string,
  cwd: string,
  load: (path: string) => LoadedWorkload = loadUserWorkload,
): LoadedWorkload => (isPath(name) ? load(resolve(cwd, name)) : findWorkload(name));
