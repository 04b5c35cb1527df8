// A process that is killed with SIGKILL leaves none of its running children behind.
import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {build} from 'esbuild';

const source = fileURLToPath(new URL('child.ts', import.meta.url));

/** Processes whose command line holds `mark`; zombies have an empty one. */
const holding = (mark: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark);
      } catch {
        return false;
      }
    });

const until = async (done: () => boolean): Promise<boolean> => {
  for (let i = 0; i < 600 && !done(); i++) await new Promise((go) => setTimeout(go, 50));
  return done();
};

test('a killed process takes its child and grandchild with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-watcher-'));
  const mark = `${folder}/mark`;
  try {
    const module = join(folder, 'child.mjs');
    await build({
      entryPoints: [source],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: module,
    });
    const script = `import {runChild} from ${JSON.stringify(module)};
      await runChild({argv: ['sh', '-c', 'true', '${mark}-done']});
      await runChild({argv: ['sh', '-c', 'sleep 600 & wait; exec sh -c : ${mark}', '${mark}']});`;
    const parent = execFile('node', ['--input-type=module', '-e', script]);
    expect(await until(() => holding(mark).length >= 2)).toBe(true);
    parent.kill('SIGKILL');
    expect(await until(() => holding(mark).length === 0)).toBe(true);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
