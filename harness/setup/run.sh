#!/bin/sh
# Runs one of the project's own programs (benches, demos) after the same set-up as ./jitstat:
# run.sh [NODE OPTIONS] dist/FILE.js [ARGUMENTS]
set -eu
JITSTAT_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$JITSTAT_ROOT/harness/setup/build.sh"
prepare_node_part
cd "$JITSTAT_ROOT"
exec node "$@"
