#!/bin/sh
# npm pack: compiles into dist/ and bundles the script of live pages, so that the package runs
# without TypeScript and without a bundler.
set -eu
JITSTAT_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$JITSTAT_ROOT/harness/setup/build.sh"
prepare_node_part
cd "$JITSTAT_ROOT"
node dist/harness/setup/prebuild.js
