// The build makes a code cache for both ways to start node, and a start without one does the same.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
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
  const {cacheFile, compileScript, limitOptimizing} = await import('${file('dist/harness/one-script.js')}');
  limitOptimizing('${command}');
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

  test.each([[['ab', '--help']], [['list']], [['ab', '--', 'no-such-program', '--', 'true']]])(
    'with other flags of V8 there is no cache, and %j does the same',
    (args) => {
      const main = file('dist/harness/main.js');
      expect(node('--stack-size=900', main, ...args)).toEqual(node(main, ...args));
    },
  );
});
