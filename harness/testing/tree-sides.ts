// For tests of tree sides: a side by its text, and a tree with edits as a patch.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Variant} from '../../jit/variants/variant.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {resolveSide} from '../sides/resolve.ts';
import {recordingIo} from './captured-io.ts';
import {testBuilds} from '../tree/answers.fixture.ts';
import type {Edit} from '../tree/testing.fixture.ts';
import {editScript} from '../tree/testing.fixture.ts';

export const minutes = 60_000;

export interface TreeSides {
  readonly folder: string;
  readonly sideOf: (text: string) => Promise<Variant>;
  /** A side for the tree with a patch that an edit script makes. */
  readonly patched: (tree: string, edits: readonly Edit[]) => string;
  readonly remove: () => void;
}

/** Sides named from a temporary folder; their builds are kept apart from the user's. */
export const treeSides = (): TreeSides => {
  process.env['JITSTAT_TREE_CACHE'] = testBuilds;
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-tree-'));
  let count = 0;
  return {
    folder,
    sideOf: async (text) =>
      findVariant(await resolveSide(text, {io: recordingIo({cwd: folder}), rules: null})),
    patched: (tree, edits) => {
      const file = join(folder, `edit-${count++}.diff`);
      writeFileSync(file, editScript(tree, edits));
      return `tree:${tree}+${file}`;
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  };
};

export const jitFile = 'arch/x86/net/bpf_jit_comp.c';

/** Code inserted right before a direct tail call gets its address. */
export const inTailCall = (code: string): Edit => ({
  path: jitFile,
  anchor: 'static void emit_bpf_tail_call_direct(',
  token: /poke->tailcall_target\s*=/,
  replacement: `${code} $&`,
});

/** A request with one direct tail call. */
export const direct = {
  insns: 'b700000000000000f5000000010000009500000000000000',
  functions: [{start: 0, base: '0x50000008', stackDepth: 0, tailCallReachable: true}],
  layout: {callBase: '0x41000000', indirectThunk: '0x50100000'},
  variant: 'v61',
};
