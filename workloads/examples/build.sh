#!/bin/sh
# Rebuilds the example's object; needs clang and llvm-strip.
set -eu
cd "$(dirname "$0")"
clang --target=bpf -mcpu=v3 -O2 -g -Wall -Werror -fdebug-compilation-dir=. \
  -c by_protocol.c -o by_protocol.bpf.o
llvm-strip --strip-debug --remove-section=.BTF.ext --remove-section=.rel.BTF.ext by_protocol.bpf.o
