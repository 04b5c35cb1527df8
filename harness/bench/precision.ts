// npm run bench:precision: what each design resolves for the same CPU time, idle and with other
// work on every core; known effects and identical sides with slices; slices of other lengths;
// slices against whole runs. Each part ends with its goal, met or missed, and the time it took.
import {mkdtempSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {endOnSignals} from '../host/signals.ts';
import {atExit} from '../host/scratch.ts';
import {designs, lengths, runs} from './precision-agree.ts';
import {aa, effects, truth} from './precision-known.ts';
import type {Settings} from './precision-text.ts';
import {print} from './precision-text.ts';

const parts: Readonly<Record<string, (settings: Settings) => Promise<void>>> = {
  designs,
  effects,
  aa,
  truth,
  lengths,
  runs,
};

const {values} = parseArgs({
  options: {
    parts: {type: 'string', default: Object.keys(parts).join(',')},
    estimates: {type: 'string', default: '30'},
    sessions: {type: 'string'},
    seconds: {type: 'string'},
    'at-once': {type: 'string', default: String(cpus().length)},
    seed: {type: 'string', default: '1'},
  },
});

const given = (text: string | undefined): number | null =>
  text === undefined ? null : Number(text);

const settings: Settings = {
  estimates: Number(values.estimates),
  sessions: given(values.sessions),
  seconds: given(values.seconds),
  atOnce: Number(values['at-once']),
  seed: Number(values.seed),
  folder: atExit(mkdtempSync(join(tmpdir(), 'jitstat-precision-'))),
};

const isWhole = (least: number, ...all: readonly (number | null)[]): boolean =>
  all.every((one) => one === null || (Number.isInteger(one) && one >= least));

const asked = values.parts.split(',');
if (
  isWhole(2, settings.estimates, settings.sessions) &&
  isWhole(1, settings.atOnce, settings.seed) &&
  (settings.seconds === null || settings.seconds > 0) &&
  asked.every((one) => Object.hasOwn(parts, one))
) {
  endOnSignals();
  for (const part of Object.keys(parts).filter((one) => asked.includes(one))) {
    const begun = performance.now();
    await parts[part](settings);
    print(`  (${part} took ${((performance.now() - begun) / 1000).toFixed(0)} s)`);
  }
} else {
  process.stderr.write(
    `bench:precision: --parts takes some of ${Object.keys(parts).join(',')}; --estimates and ` +
      '--sessions (2 or more), --at-once and --seed take whole numbers, --seconds a number\n',
  );
  process.exitCode = 2;
}
