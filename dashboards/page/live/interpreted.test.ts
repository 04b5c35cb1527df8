// Live charts draw although their page's policy forbids evaluating text as code.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {decomposition, ecdf, forest, strip} from '../../charts/index.ts';
import {cases} from '../../testdata/cases.ts';
import {liveSpecs} from '../figure.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Draws each specification of stdin; prints the length of each picture, or the error's name. */
const script = `
import {View, parse} from 'vega';
import {expressionInterpreter} from 'vega-interpreter';
const specs = JSON.parse(await new Response(process.stdin).text());
for (const {wide, narrow} of Object.values(specs)) for (const spec of [wide, narrow]) {
  try {
    const interpreted = process.argv[1] === 'interpreted';
    const runtime = interpreted ? parse(spec, null, {ast: true}) : parse(spec);
    const view = new View(runtime, {renderer: 'none', ...(interpreted ? {expr: expressionInterpreter} : {})});
    console.log((await view.toSVG()).length);
  } catch (error) {
    console.log(error.name);
  }
}`;

const draw = async (how: 'interpreted' | 'compiled'): Promise<string[]> => {
  const {session, samples} = cases.full();
  const comparison = session.comparison!;
  const [row] = comparison.rows;
  const labels = {before: 'v58', after: 'rfc1'};
  const charts = [
    forest(comparison),
    decomposition(comparison),
    strip(row, samples!, labels, 'strip'),
    ecdf(row, samples!, labels, 'ecdf'),
  ].filter((chart) => chart !== null);
  expect(charts.length).toBeGreaterThan(2);
  const {stdout, stderr} = spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script, how],
    {cwd: root, input: JSON.stringify(await liveSpecs(charts)), encoding: 'utf8'},
  );
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
};

test('interpreted, every chart is drawn in both widths', async () => {
  const lengths = (await draw('interpreted')).map(Number);
  expect(lengths.length).toBeGreaterThan(5);
  expect(lengths.every((length) => length > 2000)).toBe(true);
});

test('compiled, the runtime refuses them', async () => {
  expect(new Set(await draw('compiled'))).toEqual(new Set(['EvalError']));
});
