#!/bin/sh
# npm run test:deep: the tests that need kernel sources, kernel images, a database or a browser.
# Each installs what it needs as root (JITSTAT_NO_INSTALL=1 forbids that) or is skipped with the reason.
set -eu
JITSTAT_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$JITSTAT_ROOT/harness/setup/build.sh"
. "$JITSTAT_ROOT/harness/setup/system.sh"
check_node
prepare_system_part
prepare_node_part
[ -x /usr/bin/chromium ] || install_optional chromium
cd "$JITSTAT_ROOT"
JITSTAT_DEEP=1 exec node node_modules/vitest/vitest.mjs run \
  --project deep --project browser --passWithNoTests "$@"
