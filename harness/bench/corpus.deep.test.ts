// A part of the corpus of real programs: Debian's objects and some of the kernel's selftests,
// loaded into the running kernel and compared with its code.
import {release} from 'node:os';
import {expect, test} from 'vitest';
import {kernelLoader} from '../programs/kernel.ts';
import {buildShim} from '../shim/build-shim.ts';
import {corpusCache, corpusGroups} from './corpus-groups.ts';
import {measureGroup} from './corpus-measure.ts';
import {corpusTable, identicalShare} from './corpus-table.ts';
import {playCorpus} from './packet-corpus.ts';
import {equalShare, packetList, packetTable} from './packet-table.ts';

const loader = await kernelLoader();
const cannot = 'missing' in loader ? loader.missing : null;
/** Takes every n-th selftest: about 40 objects. */
const every = 20;
const jobs = 2;

test.skipIf(cannot !== null)(
  `real programs have the kernel's code${cannot === null ? '' : ` (skipped: ${cannot})`}`,
  async ({skip}) => {
    const {groups, missing} = await corpusGroups(corpusCache, every, jobs);
    if (groups.length === 0) skip(`skipped: ${missing.join('; ')}`);
    const path = 'path' in loader ? loader.path : '';
    const rows = groups.map(({name, files}) =>
      measureGroup(
        name,
        files,
        path,
        () => false,
        () => undefined,
      ),
    );
    const loaded = rows.reduce((sum, row) => sum + row.loaded, 0);
    if (loaded === 0) skip('skipped: the kernel loads no program here');
    expect(corpusTable(rows)).toContain('identical');
    for (const row of rows) {
      expect(row.objects, row.group).toBeGreaterThan(0);
      const counted = [...row.classes.values()].reduce((sum, count) => sum + count, 0);
      expect(counted, row.group).toBe(row.loaded);
      // Only v618 has been proven against a kernel that loads all of these.
      if (release().startsWith('6.18.'))
        expect(identicalShare(row), row.different.join('\n')).toBeGreaterThanOrEqual(0.98);
    }
  },
  600_000,
);

test.skipIf(cannot !== null)(
  `real packet programs do the same as in the kernel${cannot === null ? '' : ` (skipped: ${cannot})`}`,
  async ({skip}) => {
    const {groups, missing} = await corpusGroups(corpusCache, every, jobs);
    if (groups.length === 0) skip(`skipped: ${missing.join('; ')}`);
    const shims = {testRuns: await buildShim('test-runs'), user: await buildShim('user')};
    const rows = await playCorpus(groups, shims, () => undefined);
    if (rows.length === 0) skip('skipped: the kernel loads no packet program here');
    expect(packetTable(rows)).toContain('| all |');
    expect(equalShare(rows), packetList(rows).join('\n')).toBeGreaterThanOrEqual(0.6);
  },
  600_000,
);
