// Packet programs from Debian's xdp-tools on every standard packet: the user shim returns and
// leaves behind the same as the running kernel's test runs.
import {describe, expect, test} from 'vitest';
import {shippedGroup} from '../bench/corpus-groups.ts';
import {playCorpus} from '../bench/packet-corpus.ts';
import {packetList} from '../bench/packet-table.ts';
import {kernelLoader} from '../programs/kernel.ts';
import {buildShim} from '../shim/build-shim.ts';
import {bpfRefused} from './bpf-allowed.ts';

const loader = await kernelLoader();
const group = shippedGroup('xdp-tools');
const missing =
  (await bpfRefused()) ??
  ('missing' in loader ? loader.missing : 'missing' in group ? group.missing : null);

describe.skipIf(missing !== null)(
  `real packet programs${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    test('behave as in the kernel, or say what they lack', async () => {
      const shims = {testRuns: await buildShim('test-runs'), user: await buildShim('user')};
      const groups = 'files' in group ? [group] : [];
      const rows = await playCorpus(groups, shims, () => undefined);
      expect(rows.filter(({kind}) => kind === 'different')).toEqual([]);
      expect(rows.filter(({kind}) => kind === 'equal').length).toBeGreaterThan(0);
      for (const line of packetList(rows)) expect(line).toMatch(/jitstat cannot run|not supported/);
    });
  },
);
