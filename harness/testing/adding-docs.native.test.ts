// The "adding a …" pages, followed to the letter in a copy of the sources: files are created, diffs
// applied, the copy is compiled, and the commands of each page have to work.
import {spawnSync} from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {noCompiler, noPerf} from './captured-io.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'jitstat-adding-'));
afterAll(() => rmSync(copy, {recursive: true, force: true}));

interface Block {
  readonly language: string;
  readonly file: string;
  readonly lines: readonly string[];
}

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1],
    file: match[2] ?? '',
    lines: match[3].replace(/\n$/, '').split('\n'),
  }));

/** Replaces the block's old lines (context and `-`) by its new ones; they must occur once. */
const applyDiff = (text: string, {file, lines}: Block): string => {
  const side = (sign: string): string =>
    lines
      .filter((line) => line.startsWith(' ') || line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const parts = text.split(side('-'));
  expect(parts.length, `the old lines of the diff occur once in ${file}`).toBe(2);
  return parts.join(side('+'));
};

const pages = readdirSync(join(root, 'docs'))
  .filter((name) => /^adding-a-.*\.md$/.test(name))
  .map((name) => ({name, blocks: blocksOf(readFileSync(join(root, 'docs', name), 'utf8'))}));

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, {cwd: copy, encoding: 'utf8'});

beforeAll(() => {
  const kept = ['jit', 'workloads', 'results', 'dashboards', 'harness'];
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  for (const name of [...kept, ...files])
    cpSync(join(root, name), join(copy, name), {recursive: true});
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const {blocks} of pages) {
    for (const block of blocks) {
      const path = join(copy, block.file);
      if (block.language === 'ts' || block.language === 'js')
        writeFileSync(path, `${block.lines.join('\n')}\n`);
      if (block.language === 'diff')
        writeFileSync(path, applyDiff(readFileSync(path, 'utf8'), block));
    }
  }
  const compiled = run('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  expect(compiled.stdout).toBe('');
});

test('every page adds something and shows it', () => {
  for (const {name, blocks} of pages) {
    const languages = blocks.map((block) => block.language);
    expect(languages, name).toContain('diff');
    expect(languages, name).toContain('sh');
  }
});

const unable = noCompiler ?? noPerf;
const title = unable === null ? '' : ` (skipped: ${unable})`;

describe.skipIf(unable !== null).each(pages)(`$name${title}`, ({blocks}) => {
  const commands = blocks
    .filter((block) => block.language === 'sh')
    .flatMap((block) => block.lines)
    .filter((line) => /^(?:\.\/jitstat|ls) /.test(line));
  test.each(commands)('%s', (command) => {
    const [program, ...args] = command.split(' ');
    const {status, stderr} =
      program === 'ls' ? run('ls', args) : run('node', ['dist/harness/main.js', ...args]);
    expect({status, stderr: status === 0 ? '' : stderr}).toEqual({status: 0, stderr: ''});
  });
});
