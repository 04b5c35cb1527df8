// The alternative proposed in the thread (unwind, nop5, push again): run as posted, a missed tail
// call loses R6 to R9.
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {buildShim} from '../shim/build-shim.ts';
import {generatedMaps} from '../play/generate.ts';
import {packetBytes} from '../play/scope.ts';
import {playInterpreted, playNative} from '../play/play-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-unwind-'));
const shim = await buildShim('user');
const slots = 4;

/** Slot 0 is empty, so the program continues after the tail call; then R6 must still be 0x1111. */
const program = assemble(
  `
  r6 = 0x1111
  r2 = map slots ll; r3 = 0; call 12
  r0 = r6
  exit
`,
  {name: 'missed', type: 'xdp', maps: generatedMaps(slots)},
);
const generated = {seed: 0, programs: [program], firstSlot: 0, packet: new Uint8Array(packetBytes)};

const play = (variant: string) =>
  playNative([{generated, value: 0x1111n, packet: generated.packet}], {
    variant: findVariant(variant),
    shim,
    folder,
    slots,
  });

describe('R6 after a missed tail call', () => {
  test('the program means 0x1111', () => {
    expect(playInterpreted(generated, {}).outcome).toMatchObject({
      kind: 'returned',
      value: 0x1111n,
    });
  });
  test.each(['rfc1', 'unwind-nop5-push-fixed', 'v510', 'v618'])('%s keeps it', async (variant) => {
    expect(await play(variant)).toBe('ok');
  });
  test('unwind-nop5-push returns what its caller had in rbx instead', async () => {
    const callersRbx = 0xb0b0b0b000000003n;
    expect(await play('unwind-nop5-push')).toContain(
      `wrong: returned ${callersRbx}, expected ${0x1111}`,
    );
  });
});
