// The build makes a code cache for both ways to start node, and a start without one does the same.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {fillYears} from './bench/synthetic-store.ts';
import {cachedCommands} from './one-script.ts';

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const isBuilt = existsSync(file('dist/start/program.cjs'));

/** Of the line of the launcher that starts node. */
const flags = /^exec node (.+?) "\$JITSTAT_ROOT/m.exec(readFileSync(file('jitstat'), 'utf8'))![1];

const node = (...argv: string[]) => {
  const {status, stdout, stderr} = spawnSync(process.execPath, argv, {encoding: 'utf8'});
  return {status, stdout, stderr};
};

const stateOf = (command: string): string => `
  const {readFileSync} = await import('node:fs');
  const {cacheFile, compileScript} = await import('${file('dist/harness/one-script.js')}');
  console.log(compileScript(readFileSync(cacheFile('${command}'))).script.cachedDataRejected);
`;

describe.skipIf(!isBuilt)('the one script (skipped if not built: npm run build)', () => {
  test.each(
    cachedCommands.flatMap((command) => [
      [command, 'the bin', []] as const,
      [command, 'the launcher', flags.split(' ')] as const,
    ]),
  )('V8 accepts the code cache of %s as %s starts node', (command, _, given) => {
    expect(node(...given, '--input-type=module', '-e', stateOf(command))).toEqual({
      status: 0,
      stdout: 'false\n',
      stderr: '',
    });
  });

  test('packages and files of the user are imported from it: charts, a variant', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jitstat-one-script-'));
    try {
      const store = join(folder, 'store');
      fillYears(store, {workloads: ['tailcall1'], nights: 1, runs: true});
      const main = file('dist/harness/main.js');
      const session = join(store, 'data/lab-3/2016/01/20160101-020100000-s000');
      expect(node(main, 'report', session, '-o', join(folder, 'page')).status).toBe(0);
      expect(readdirSync(join(folder, 'page/charts'))).toContain('forest.svg');
      const variant = join(folder, 'mine.mjs');
      writeFileSync(variant, "throw new Error('loaded')");
      expect(node(main, 'jit', 'tailcall1', '--variant', variant, '--hex').stderr).toContain(
        'loaded',
      );
    } finally {
      rmSync(folder, {recursive: true});
    }
  });

  test.each([[['ab', '--help']], [['list']], [['ab', '--', 'no-such-program', '--', 'true']]])(
    'with other flags of V8 there is no cache, and %j does the same',
    (args) => {
      const main = file('dist/harness/main.js');
      expect(node('--stack-size=900', main, ...args)).toEqual(node(main, ...args));
    },
  );
});
