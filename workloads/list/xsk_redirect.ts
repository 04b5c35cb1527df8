// xsk_redirect: what an AF_XDP socket's default program does: look the receive queue up, redirect
// to its socket, else pass.
import {fromText} from '../define.ts';
import {zeros128} from '../packets.ts';
import {remove, run, setU32} from '../scenario-steps.ts';

const verdict = {pass: 2, redirect: 4} as const;

export const xskRedirect = fromText({
  name: 'xsk_redirect',
  purpose:
    'the AF_XDP default program: one queue lookup and a redirect, two calls and no ' +
    'callee-saved register in need of saving',
  type: 'xdp',
  maps: [{name: 'xsks_map', type: 'xskmap', keyBytes: 4, valueBytes: 4, maxEntries: 64}],
  entry: 'entry',
  sources: {
    entry: `
      r1 = *(u32 *)(r1 + 16)          # rx_queue_index
      *(u32 *)(r10 - 4) = r1
      r2 = r10
      r2 += -4
      r1 = map xsks_map ll
      call 1                          # map_lookup_elem
      if r0 == 0 goto pass
      r2 = *(u32 *)(r10 - 4)
      r1 = map xsks_map ll
      r3 = 0
      call 51                         # redirect_map
      exit
    pass:
      r0 = ${verdict.pass}
      exit`,
  },
  packets: {zeros: zeros128},
  scenario: [
    run('no socket on the queue', 'zeros', verdict.pass),
    setU32('xsks_map', 0, 1),
    run('socket on the queue', 'zeros', verdict.redirect),
    remove('xsks_map', 0),
    run('socket gone', 'zeros', verdict.pass),
  ],
});
