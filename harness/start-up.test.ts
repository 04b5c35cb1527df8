// Help is fast because it loads little: static imports of the command line or of a command's table
// reach few files, and no package. `npm run bench:start` measures the time.
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {commands} from './commands/index.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** Files that a file loads at once, and the packages among them; types are not loaded. */
const loadedBy = (entry: string): {files: string[]; packages: string[]} => {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, type, target] of text.matchAll(
      /^(?:import|export) (type )?[^;'"]*?from '([^']+)';$/gm,
    )) {
      if (type !== undefined || target.startsWith('node:')) continue;
      if (target.startsWith('.')) visit(join(dirname(file), target));
      else packages.add(target);
    }
  };
  visit(entry);
  return {files: [...files], packages: [...packages]};
};

const entries = ['cli.ts', ...commands.map(({name}) => `usage/${name}.ts`)];

test.each(entries)('harness/%s loads no package and few files', (entry) => {
  const {files, packages} = loadedBy(join(here, entry));
  expect(packages).toEqual([]);
  expect(files.length).toBeLessThan(25);
});

test('jit loads neither machines nor trees, and no package to run programs with', () => {
  const {files, packages} = loadedBy(join(here, 'commands/jit.ts'));
  expect(packages).toEqual(['valibot']);
  expect(files.filter((file) => /\/(?:machine\/machine-session|tree\/.*)\.ts$/.test(file))).toEqual(
    [],
  );
});

test('the count includes what a command loads', () => {
  const {files, packages} = loadedBy(join(here, 'commands/ab.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(packages).toContain('valibot');
});
