// The glossary explains the words that tables and documents print: those in the code's own lists,
// and the nouns of jitstat. It does not explain words that nobody uses.
import {readFileSync, readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const glossary = readFileSync(`${root}/docs/glossary.md`, 'utf8');
const entries = [...glossary.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)]
  .map(([, term, meaning]) => ({term: term.trim(), meaning: meaning.trim()}))
  .filter(({term}) => term !== 'term' && !/^-+$/.test(term));
const terms = entries.flatMap(({term}) => term.replace(/ \(.*\)$/, '').split(/, /));

const nouns =
  'program workload scenario variant image placement shim side emitter machine boot slice control ' +
  'event run sample quad block session journal store change verdict spike finding margin segment ' +
  'alert agent hub suite night poke direction points claim';

test.each(nouns.split(' '))('%s is explained', (noun) => expect(terms).toContain(noun));

test('no term is explained twice', () => {
  const names = entries.map(({term}) => term.toLowerCase());
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('the verdicts and designs are named', () => {
  const meaningOf = (term: string) => entries.find((entry) => entry.term === term)?.meaning ?? '';
  for (const word of ['more', 'less', 'equal', 'unsettled'])
    expect(meaningOf('verdict')).toContain(`\`${word}\``);
  for (const word of ['abba', 'slices', 'one-core', 'blocked', 'summary'])
    expect(meaningOf('design')).toContain(`\`${word}\``);
});

test("each of jitstat's own words is in another document, a finding or a file's name", () => {
  const own = glossary.slice(glossary.indexOf('## jitstat'));
  const pages = readdirSync(`${root}/docs`)
    .filter((name) => name.endsWith('.md') && name !== 'glossary.md')
    .map((name) => readFileSync(`${root}/docs/${name}`, 'utf8'));
  const files = ['jit', 'results', 'dashboards', 'harness', 'workloads'].flatMap((room) =>
    readdirSync(`${root}/${room}`, {recursive: true, encoding: 'utf8'}),
  );
  const findings = readFileSync(`${root}/results/compare/findings.ts`, 'utf8');
  const used = [...pages, ...files, findings].join('\n').toLowerCase();
  const unused = terms.filter(
    (term) => own.includes(`| ${term}`) && !used.includes(term.toLowerCase()),
  );
  expect(unused).toEqual([]);
});
