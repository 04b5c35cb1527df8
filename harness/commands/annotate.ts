// jitstat annotate: the listing with executions per instruction and step, of one variant or of two side by side.
import {UserError} from '../../jit/error.ts';
import {parsePlacement} from '../../jit/placement.ts';
import type {Command, CommandArguments} from '../command.ts';
import {exitCodes, flag, text} from '../command.ts';
import {checkVariant} from '../measure/options.ts';
import {workloadOf} from '../measure/subjects.ts';
import {annotatedListing, stepComparison} from '../simulate/annotate-text.ts';
import type {Simulated} from '../simulate/simulate.ts';
import {simulate} from '../simulate/simulate.ts';
import {countSteps, stepDifferences} from '../simulate/steps.ts';

export const command: Command = {
  name: 'annotate',
  summary: 'listing with executions per instruction, per BPF instruction and per step',
  usage: ['annotate WORKLOAD --variant V [--json]', 'annotate WORKLOAD --before V --after V [--json]'],
  options: {
    variant: {type: 'string', value: 'V', help: 'the variant to annotate'},
    before: {type: 'string', value: 'V', help: 'the before side of a comparison by step'},
    after: {type: 'string', value: 'V', help: 'the after side'},
    placement: {type: 'string', value: 'P', help: 'where the image lies (default fixed:0)'},
    scenario: {type: 'string', value: 'FILE', help: 'scenario of an object file of your own (JSON)'},
  },
  run: async (io, args) => {
    const name = args.positionals[0];
    if (name === undefined || args.positionals.length > 1) throw new UserError('annotate takes exactly one workload.', 'jitstat list names them.');
    const scenario = text(args, 'scenario');
    const workload = workloadOf({workload: name, ...scenario === undefined ? {} : {scenario}}, io.cwd);
    const placement = parsePlacement(text(args, 'placement') ?? 'fixed:0');
    const run = (variant: string): Promise<Simulated> => simulate({workload, variant, placement});
    const variants = variantsOf(args);
    const sides = [];
    for (const variant of variants) sides.push(await run(variant));
    if (flag(args, 'json')) io.out(`${JSON.stringify(document(workload.name, sides))}\n`);
    else io.out(sides.length === 1 ? annotatedListing(sides[0], workload.name) : stepComparison(sides[0], sides[1], workload.name));
    return exitCodes.done;
  },
};

const variantsOf = (args: CommandArguments): readonly string[] => {
  const [variant, before, after] = [text(args, 'variant'), text(args, 'before'), text(args, 'after')];
  const named = variant !== undefined && before === undefined && after === undefined ? [variant] : before !== undefined && after !== undefined && variant === undefined ? [before, after] : null;
  if (named === null) throw new UserError('annotate takes either --variant, or --before and --after.', 'For example jitstat annotate tailcall1 --before v58 --after rfc1.');
  if (named.includes('kernel')) throw new UserError("The kernel's own image cannot run under valgrind.", 'Annotate the variant of its version, for example v618.');
  return named.map(checkVariant);
};

const document = (workload: string, sides: readonly Simulated[]) => ({
  schema: 'jitstat/annotate/1',
  workload,
  sides: sides.map((side) => ({
    variant: side.image.variant,
    executions: side.executions,
    totals: side.totals,
    steps: countSteps(side.lines),
    lines: side.lines.map(({address, leadsTo: _leadsTo, ...line}) => ({...line, address: `0x${address.toString(16)}`})),
  })),
  ...sides.length === 2 ? {differences: stepDifferences(sides[0].lines, sides[1].lines)} : {},
});
