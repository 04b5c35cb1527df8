// The kinds of sides other than names of variants and `kernel`. The code that makes a variant of
// one is loaded when such a side is asked for.
import type {SideKind} from '../emitter/side-kind.ts';

export const sideKinds: readonly SideKind[] = [
  {
    prefix: 'emitter',
    form: 'emitter:COMMAND',
    means: 'a program that answers compile requests, run by the shell',
    load: async () => (await import('../emitter/emitter-side.ts')).emitterSide,
  },
  {
    prefix: 'tree',
    form: 'tree:DIR[@CONFIG][+PATCH...]',
    means: "a kernel tree's own JIT, patched or not, built by its kbuild and run in user space",
    load: async () => (await import('../tree/tree-side.ts')).treeSide,
  },
  {
    prefix: 'git',
    form: 'git:DIR#REV[+PATCH...]',
    means: "the same for a revision in a kernel's git repository",
    load: async () => (await import('../tree/tree-side.ts')).gitSide,
  },
  {
    prefix: '',
    matches: (text) => /^[^:]*\.m?js$/.test(text),
    form: './FILE.mjs',
    means: 'a variant in one file: docs/adding-a-variant.md',
    load: async () => (await import('./file-side.ts')).fileSide,
  },
];
