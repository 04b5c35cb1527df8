#!/bin/sh
# npm test: all set-up, then every test of the five folders but those of test:deep.
set -eu
JITSTAT_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$JITSTAT_ROOT/harness/setup/build.sh"
. "$JITSTAT_ROOT/harness/setup/system.sh"
check_node
prepare_system_part
prepare_node_part
cd "$JITSTAT_ROOT"
exec node node_modules/vitest/vitest.mjs run \
  --project unit --project native --project perf --project browser "$@"
