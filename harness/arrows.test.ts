// The import arrows of the five folders: workloads -> jit, dashboards -> results, harness -> all;
// jit's inner floors; no file imports upwards.
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const allowed: Record<string, readonly string[]> = {
  'jit/elf': ['jit/elf'],
  'jit/bpf': ['jit/bpf', 'jit/elf', 'jit'],
  'jit/x86': ['jit/x86', 'jit'],
  'jit/variants': ['jit/variants', 'jit/x86', 'jit'],
  'jit/lower': ['jit/lower', 'jit/bpf', 'jit/x86', 'jit/variants', 'jit'],
  'jit/poke': ['jit/poke', 'jit'],
  jit: [
    'jit',
    'jit/elf',
    'jit/bpf',
    'jit/x86',
    'jit/variants',
    'jit/lower',
    'jit/poke',
    'jit/bench',
  ],
  workloads: ['workloads', 'jit', 'jit/bpf'],
  results: ['results'],
  dashboards: ['dashboards', 'results'],
};

const shared = new Set(['jit/types.ts', 'jit/refusal.ts']);

const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(
  (file) =>
    /^(jit|workloads|results|dashboards|harness)\/.*\.ts$/.test(file) &&
    !file.endsWith('.test.ts') &&
    !file.includes('/bench/'),
);

const floor = (file: string): string => {
  const [top, inner] = file.split('/');
  if (top === 'jit' && allowed[`jit/${inner}`] !== undefined) return `jit/${inner}`;
  return top;
};

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^\s*(?:import|export)[^'";]*?from '(\.[^']+)'/gm,
    ),
  ].map((match) => normalize(join(dirname(file), match[1])));

test('imports go one way', () => {
  const wrong = files.flatMap((file) => {
    const from = floor(file);
    const arrows = allowed[from];
    if (arrows === undefined) return [];
    return importsOf(file)
      .filter((target) => !shared.has(target))
      .filter(
        (target) =>
          !arrows.includes(floor(target)) ||
          (from !== 'jit' && from.startsWith('jit/') && floor(target) === 'jit'),
      )
      .map((target) => `${file} -> ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('there is something to check', () => expect(files.length).toBeGreaterThan(5));
