// The programs that `jit` compiles: from a workload, an object, assembly text, hex or a test case.
import {basename} from 'node:path';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {parseConformance} from '../../jit/bpf/text/conformance-file.ts';
import {programFromHex} from '../../jit/bpf/text/hex.ts';
import {UserError} from '../../results/error.ts';
import type {Program} from '../../jit/types.ts';
import {workloads} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {loadUserWorkload} from '../../workloads/user/load.ts';
import type {LoadOptions} from '../../workloads/user/load.ts';
import type {CommandArguments, Io} from '../command/command.ts';
import {text} from '../command/command.ts';
import {programTypeOf} from '../command/program-type.ts';
import {readUserFile} from '../../workloads/user/read-file.ts';
import type {LoadedWorkload} from './named-workload.ts';
import {namedWorkload} from './named-workload.ts';

export const namedPrograms = (io: Io, args: CommandArguments): LoadedWorkload => {
  const [source] = args.positionals;
  if (source === undefined)
    throw new UserError(
      'jit needs a workload or a file.',
      'jitstat jit tailcall1 --variant rfc1, or jitstat jit --batch FILE.',
    );
  const only = text(args, 'program');
  const toRun = text(args, 'exe') !== undefined && only === undefined;
  const whole = namedWorkload(source, io.cwd, (path) =>
    programsOfFile(path, {toRun, only, type: programTypeOf(args)}),
  );
  if (only === undefined) return whole;
  const programs = whole.programs.filter((program) => program.name === only);
  if (programs.length === 0)
    throw new UserError(
      `${whole.name} has no program '${only}'.`,
      `Programs: ${whole.programs.map((program) => program.name).join(', ')}.`,
    );
  return {...whole, programs, entry: only};
};

/**
 * `.hex`: raw instructions; `.data`: a conformance case; otherwise what `ab` takes: an object or
 * assembly text.
 */
const programsOfFile = (path: string, options: LoadOptions): LoadedWorkload => {
  const name = basename(path).replace(/\..*$/, '');
  if (path.endsWith('.hex'))
    return alone(programFromHex(readInput(path), {name, type: 'sched_cls'}));
  if (path.endsWith('.data'))
    return alone(assemble(parseConformance(readInput(path)).asm, {name, type: 'sched_cls'}));
  return loadUserWorkload(path, options);
};

const alone = (program: Program): Workload => ({
  name: program.name,
  purpose: 'one program',
  type: program.type,
  maps: program.maps,
  programs: [program],
  entry: program.name,
  packets: {zeros: '00'.repeat(64)},
  scenario: [{op: 'run', label: 'run', packet: 'zeros', expect: {retval: null}}],
});

const readInput = (path: string): string =>
  readUserFile(
    path,
    `Workloads are named without a dot or slash: ${workloads
      .slice(0, 3)
      .map(({name}) => name)
      .join(', ')} …`,
  ).toString();
