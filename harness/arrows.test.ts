// The import arrows of the five folders and of jit's floors; no circle, neither of files nor of
// rooms in one folder. Type-only imports count as well.
import {readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join, normalize} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What the files of a folder may import besides its own. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'jit/elf': [],
  'jit/bpf': ['jit/elf'],
  'jit/x86': [],
  'jit/variants': ['jit/x86'],
  'jit/lower': ['jit/bpf', 'jit/x86', 'jit/variants'],
  'jit/poke': [],
  jit: [],
  workloads: ['jit'],
  results: [],
  dashboards: ['results'],
  harness: ['jit', 'workloads', 'results', 'dashboards'],
};

/** Files of the ground floor, which every floor of jit/ may import. */
const ground = new Set(['jit/types.ts', 'jit/program-kinds.ts', 'jit/refusal.ts']);

const files = ['jit', 'workloads', 'results', 'dashboards', 'harness']
  .flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'}).map((file) =>
      join(folder, file),
    ),
  )
  .filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      !/(^|\/)(bench|testdata|testing|examples)\//.test(file),
  );

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(
    (match) => normalize(join(dirname(file), match[1])),
  );

const imports = new Map(files.map((file) => [file, importsOf(file)]));

const isInside = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);

/** Folders with their own rules, innermost first. */
const folders = Object.keys(allowed).sort((a, b) => b.length - a.length);
const folderOf = (file: string): string => folders.find((one) => isInside(file, one)) ?? '';

test.each(folders)('%s imports along the arrows only', (folder) => {
  const wrong = files
    .filter((file) => folderOf(file) === folder)
    .flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((target) => !ground.has(target))
        .filter((target) => ![folder, ...allowed[folder]].some((one) => isInside(target, one)))
        .map((target) => `${file} -> ${target}`),
    );
  expect(wrong).toEqual([]);
});

/** Groups of nodes that reach each other (Tarjan's strongly connected components). */
const circles = (graph: ReadonlyMap<string, readonly string[]>): string[][] => {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = open.splice(open.indexOf(node));
    if (group.length > 1) found.push(group.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
};

test('no circle of files', () => expect(circles(imports)).toEqual([]));

/** Every folder that has rooms. */
const houses = [...new Set(files.map((file) => dirname(dirname(file))))].filter(
  (one) => one !== '.',
);

describe('no circle of rooms in', () => {
  test.each(houses)('%s', (house) => {
    const roomOf = (file: string): string | null => {
      const [room, ...rest] = isInside(file, house) ? file.slice(house.length + 1).split('/') : [];
      return room === undefined || rest.length === 0 ? null : room;
    };
    const rooms = new Map<string, string[]>();
    for (const [file, targets] of imports) {
      const from = roomOf(file);
      if (from === null) continue;
      const to = targets.map(roomOf).filter((room) => room !== null && room !== from) as string[];
      rooms.set(from, [...(rooms.get(from) ?? []), ...to]);
    }
    expect(circles(rooms)).toEqual([]);
  });
});

/** Lists name their files after their entries, so a chart and a table may have the same name. */
const lists = /(^|\/)(commands|usage|charts|tables|exports|readers|list|warnings|style|size)\//;

test('two files share a name only if one is an entry of a list', () => {
  const named = files.filter(
    (file) => !lists.test(file) && !['index.ts', 'types.ts'].includes(basename(file)),
  );
  const twice = named.filter((file) =>
    named.some((other) => other !== file && basename(other) === basename(file)),
  );
  expect(twice).toEqual([]);
});

test('there is something to check', () => expect(files.length).toBeGreaterThan(100));
