// A clang that builds for BPF, under any of the names distributions give it.
import {spawnSync} from 'node:child_process';

/** Undefined if there is none. */
export const clang = ['clang', 'clang-19', 'clang-18', 'clang-16', 'clang-14'].find(
  (name) =>
    spawnSync(name, ['--print-targets'], {encoding: 'utf8'}).stdout?.includes('bpf') === true,
);
