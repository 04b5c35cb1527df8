#!/bin/sh
# Rebuilds the two BPF objects from dissector.c and its headers; needs clang and llvm-objcopy,
# and only when the source changes. The committed objects are of clang 14: other versions make other
# instructions.
set -eu
cd "$(dirname "$0")"
build() {
  clang --target=bpf -mcpu=v3 -O2 -g -Wall -Werror -ffile-prefix-map="$PWD"=. -fdebug-compilation-dir=. "$@"
}
build -c dissector.c -o flow_dissector.bpf.o
build -DRULES_2025 -c dissector.c -o flow_dissector_16.bpf.o
# Only the instructions, the map definitions and their types are needed: no DWARF, no line numbers, no labels.
for object in flow_dissector.bpf.o flow_dissector_16.bpf.o; do
  llvm-objcopy --strip-debug --discard-all --remove-section=.BTF.ext --remove-section=.rel.BTF.ext "$object"
done
