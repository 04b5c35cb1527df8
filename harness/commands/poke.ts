// `jitstat poke explore` and `jitstat poke stress`: the poke protocol as a model and as live code
// patching.
import {UserError} from '../../results/error.ts';
import {explore, findProtocol} from '../../jit/poke/explore.ts';
import {protocols} from '../../jit/poke/protocols.ts';
import type {Protocol} from '../../jit/poke/protocols.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {choice, flag, number, text} from '../command/command.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes} from '../command/command.ts';
import {ensureFrames} from '../play/ensure-frames.ts';
import {closest} from '../../jit/closest.ts';
import {exploreJson, exploreText} from '../poke/explore-text.ts';
import {stress, stressText} from '../poke/stress.ts';
import {orders, table} from '../usage/poke.ts';

const subcommands: Readonly<Record<string, (io: Io, args: CommandArguments) => Promise<number>>> = {
  explore: (io, args) => runExplore(io, args),
  stress: (io, args) => runStress(io, args),
};

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [name, ...extra] = args.positionals;
    if (name === undefined)
      throw new UserError(
        'poke needs to know what to do.',
        'jitstat poke explore, or jitstat poke stress.',
      );
    if (!Object.hasOwn(subcommands, name))
      throw new UserError(
        `poke cannot '${name}'.`,
        closest(name, Object.keys(subcommands), 'jitstat poke explore, or jitstat poke stress.'),
      );
    if (extra.length > 0)
      throw new UserError(
        `poke ${name} takes no argument '${extra[0]}'.`,
        'jitstat poke --help lists the options.',
      );
    return subcommands[name](io, args);
  },
};

const runExplore = async (io: Io, args: CommandArguments): Promise<number> => {
  const name = text(args, 'protocol');
  const chosen = name === undefined ? protocols : [findProtocol(name)];
  const cpus = number(args, 'cpus') ?? 2;
  const operations = number(args, 'operations') ?? 4;
  const explorations = chosen.map((protocol) => explore(protocol, cpus, operations));
  io.out(
    flag(args, 'json')
      ? `${JSON.stringify(exploreJson(explorations), null, 2)}\n`
      : explorations.map(exploreText).join('\n'),
  );
  return exitCodes.done;
};

/** Exit 0 when nothing went wrong, 1 when a wrong result or a crash was caught. */
const runStress = async (io: Io, args: CommandArguments): Promise<number> => {
  const chosen = findVariant(text(args, 'variant') ?? 'v510');
  ensureFrames(chosen);
  const options = {
    variant: chosen.name,
    protocol: stressProtocol(args),
    seconds: number(args, 'seconds') ?? 5,
    seed: number(args, 'seed') ?? 1,
  };
  const result = await stress(options);
  const {variant, protocol, seconds, seed} = options;
  io.out(
    flag(args, 'json')
      ? JSON.stringify(
          {
            schema: 'jitstat/poke-stress/1',
            variant,
            protocol: protocol.name,
            seconds,
            seed,
            ...result,
          },
          null,
          2,
        ) + '\n'
      : stressText(options, result),
  );
  return result.status === 'ok' ? exitCodes.done : exitCodes.changeFound;
};

const stressProtocol = (args: CommandArguments): Protocol => {
  const order = choice(args, 'order', ['right', 'wrong'] as const);
  if (order === undefined) return findProtocol(text(args, 'protocol') ?? orders.right);
  if (text(args, 'protocol') !== undefined)
    throw new UserError('--order and --protocol say the same thing twice.', 'Give one of them.');
  return findProtocol(orders[order]);
};
