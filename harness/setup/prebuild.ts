// Run by `npm pack` after compiling: writes what the installed package cannot make for itself.
import {chmodSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {liveScript} from '../../dashboards/page/live/bundle.ts';

const dist = join(import.meta.dirname, '../..');

const live = await liveScript();
if ('reason' in live) throw new Error(`The script of live pages: ${live.reason}.`);
writeFileSync(join(dist, 'live-script.js'), live.script);

chmodSync(join(dist, 'harness/main.js'), 0o755);

// Declarations keep the `.ts` of the sources, but users of the package only have `.d.ts` files.
for (const file of readdirSync(dist, {recursive: true, encoding: 'utf8'})) {
  if (!file.endsWith('.d.ts')) continue;
  const path = join(dist, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll(/((?:from|import\() ?['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
}
