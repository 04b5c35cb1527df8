#!/bin/sh
# ab-revisions.sh BASE HEAD BUILD COMMAND [OPTIONS OF jitstat ab...]
# Builds two revisions of the git repository here, measures COMMAND in both, interleaved, and writes
# comparison.json, table.md and the store of the session into $OUT (jitstat-ab). Exit code: that of
# jitstat ab, so with --fail-on more 1 says that HEAD takes more.
set -eu
[ $# -ge 4 ] || { echo 'usage: ab-revisions.sh BASE HEAD BUILD COMMAND [OPTIONS]' >&2; exit 2; }
base=$1 head=$2 build=$3 command=$4
shift 4
jitstat=${JITSTAT:-jitstat}
mkdir -p "${OUT:-jitstat-ab}"
out=$(CDPATH='' cd -- "${OUT:-jitstat-ab}" && pwd)

trees=$(mktemp -d)
tidy() {
  for side in base head; do
    [ ! -d "$trees/$side" ] || git worktree remove --force "$trees/$side"
  done
  rm -rf "$trees"
}
trap tidy EXIT
trap 'exit 130' INT TERM

for side in base head; do
  if [ "$side" = base ]; then revision=$base; else revision=$head; fi
  git worktree add --quiet --detach "$trees/$side" "$revision"
  (cd "$trees/$side" && sh -c "$build")
done

code=0
"$jitstat" ab --store "$out/store" --json "$@" -n base -n head \
  -- sh -c "cd '$trees/base' && exec $command" \
  -- sh -c "cd '$trees/head' && exec $command" >"$out/comparison.json" || code=$?
[ $code -gt 1 ] || "$jitstat" table --store "$out/store" --format markdown >"$out/table.md"
exit $code
