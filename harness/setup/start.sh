#!/bin/sh
# npm start: all set-up, then the main job on both workloads with defaults.
set -eu
JITSTAT_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$JITSTAT_ROOT/harness/setup/build.sh"
. "$JITSTAT_ROOT/harness/setup/system.sh"
check_node
prepare_system_part
prepare_node_part
exec node "$JITSTAT_ROOT/dist/harness/main.js" ab tailcall1 flow_dissector "$@"
