// `jitstat poke explore` and `jitstat poke stress`: the poke protocol as a model and as live code
// patching.
import {UserError} from '../../results/error.ts';
import {explore, findProtocol, limits} from '../../jit/poke/explore.ts';
import {protocols} from '../../jit/poke/protocols.ts';
import type {Protocol} from '../../jit/poke/protocols.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {choice, flag, number, text} from '../command/command.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes} from '../command/command.ts';
import {ensureFrames} from '../play/ensure-variant.ts';
import {closest} from '../../jit/closest.ts';
import {exploreJson, exploreText} from '../poke/explore-text.ts';
import {stress, stressText} from '../poke/stress.ts';

const subcommands: Readonly<Record<string, (io: Io, args: CommandArguments) => Promise<number>>> = {
  explore: (io, args) => runExplore(io, args),
  stress: (io, args) => runStress(io, args),
};

const orders = {right: 'merged', wrong: 'rfc1-naive'} as const;

export const command: Command = {
  name: 'poke',
  summary: 'the poke protocol: every interleaving (explore), live code patching (stress)',
  usage: [
    'poke explore [--protocol P] [--cpus K] [--operations N]',
    'poke stress [--seconds S] [--variant V] [--order right|wrong | --protocol P] [--seed N]',
  ],
  options: {
    protocol: {
      type: 'text',
      value: 'P',
      help: `${protocols.map((protocol) => protocol.name).join(', ')}; explore: default all`,
    },
    cpus: {
      type: 'whole',
      least: limits.cpus.min,
      most: limits.cpus.max,
      value: 'K',
      help: `CPUs that run the tail call, ${limits.cpus.min} to ${limits.cpus.max}; default 2`,
    },
    operations: {
      type: 'whole',
      least: limits.operations.min,
      most: limits.operations.max,
      help:
        `installs, replacements and removals, ${limits.operations.min} to ` +
        `${limits.operations.max}; default 4`,
    },
    seconds: {
      type: 'whole',
      least: 1,
      most: 3600,
      value: 'S',
      help: 'stress: for how long, 1 to 3600; default 5',
    },
    variant: {type: 'text', value: 'V', help: 'stress: whose code is patched; default v510'},
    order: {
      type: 'choice',
      of: ['right', 'wrong'],
      value: 'ORDER',
      help: `stress: the protocol ${orders.right} or ${orders.wrong}; default right`,
    },
    seed: {
      type: 'whole',
      least: 0,
      most: 2 ** 31,
      help: 'stress: of the order of operations; default 1',
    },
  },
  positionals: {least: 0, most: Infinity, what: 'explore or stress'},
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
