// Checks the documents: links lead somewhere, commands and scripts exist, options are known.
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {commands} from '../commands/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {scripts: object}).scripts,
);

/** `./jitstat COMMAND …` and `jitstat COMMAND …` in code, up to a comment or the end of the code. */
const calls = (text: string): string[] =>
  [...text.matchAll(/(?:(?:^ {4}|`)(?:\.\/)?|^\.\/)jitstat ([a-z][^`#\n]*)/gm)].map(
    (match) => match[1],
  );

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  test('links to files that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  test('names scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test('calls commands with options that exist', async () => {
    for (const call of calls(text)) {
      const [name, ...words] = call.replaceAll(/'[^']*'/g, 'QUOTED').split(/\s+/);
      const entry = commands.find((one) => one.name === name);
      expect(entry, `jitstat ${call}`).toBeDefined();
      const known = ['json', 'quiet', 'help', ...Object.keys((await entry!.table()).options)];
      const own = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
      const used = own
        .map((word) => /^\[?--([a-z][a-z-]*)/.exec(word)?.[1])
        .filter((option) => option !== undefined);
      expect(
        used.filter((option) => !known.includes(option)),
        `jitstat ${call}`,
      ).toEqual([]);
    }
  });
});
