// The JSON schemas that the package publishes: made from the shapes that are checked when documents
// are read, and checked against our own documents by an independent validator.
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {toJsonSchema} from '@valibot/to-json-schema';
import {Ajv} from 'ajv';
import {describe, expect, test} from 'vitest';
import {compareTables} from '../../results/compare/summary/tables.ts';
import {importShape} from '../../results/import/import-shape.ts';
import {importText} from '../../results/import/index.ts';
import {comparisonShape} from '../../results/store/shapes.ts';

const schemas = {
  'comparison-1': {shape: comparisonShape, title: 'jitstat/comparison/1'},
  'import-1': {shape: importShape, title: 'jitstat/import/1'},
} as const;

const schemaOf = (name: keyof typeof schemas) => ({
  ...toJsonSchema(schemas[name].shape, {errorMode: 'ignore'}),
  title: schemas[name].title,
});

describe.each(Object.keys(schemas) as (keyof typeof schemas)[])('schemas/%s.json', (name) => {
  test('is what the shape says (vitest -u writes it)', async () => {
    await expect(`${JSON.stringify(schemaOf(name), null, 2)}\n`).toMatchFileSnapshot(
      `../../schemas/${name}.json`,
    );
  });
});

const folder = fileURLToPath(new URL('../../results/testdata/perf-stat/', import.meta.url));
const outputs = readdirSync(folder).filter((name) => /\.(?:txt|csv|json)$/.test(name));
const fieldCases = fileURLToPath(new URL('../../results/testdata/field-cases/', import.meta.url));
const pasted = existsSync(fieldCases)
  ? readdirSync(fieldCases).filter((name) => existsSync(`${fieldCases}${name}/input`))
  : [];

const validator = new Ajv({allErrors: true, strict: false});
const validate = {
  comparison: validator.compile(schemaOf('comparison-1')),
  import: validator.compile(schemaOf('import-1')),
};

/** The document as another program gets it. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.each([
  ...outputs.map((name) => [name, `${folder}${name}`]),
  ...pasted.map((name) => [name, `${fieldCases}${name}/input`]),
])('%s: import and comparison fit their schemas', (_name, path) => {
  const document = importText(readFileSync(path, 'utf8'), 'input');
  validate.import(asJson(document));
  expect(validate.import.errors ?? []).toEqual([]);
  for (const table of document.tables.slice(0, 20)) {
    if (table.rows.length === 0) continue;
    validate.comparison(asJson(compareTables(table, table)));
    expect(validate.comparison.errors ?? []).toEqual([]);
  }
});

test('a document that does not fit is refused', () =>
  expect(validate.import({schema: 'jitstat/import/1', source: 'x', tables: 'none'})).toBe(false));
