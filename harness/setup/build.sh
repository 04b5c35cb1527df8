# Sourced: installs the pinned packages and compiles the sources when either is missing or older
# than what it is made from.
# Needs JITSTAT_ROOT. Prints only to stderr, so that --json stays clean.

say() { printf 'jitstat: %s\n' "$1" >&2; }

stop() {
  printf 'jitstat: %s\n  hint: %s\n' "$1" "$2" >&2
  exit 2
}

check_node() {
  command -v node >/dev/null 2>&1 || stop 'Node.js is not installed.' \
    'Install Node.js 20.19 or newer (https://nodejs.org), then run this again.'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    stop "Node.js $(node --version) is too old." \
      'Install Node.js 20.19 or newer (https://nodejs.org), then run this again.'
}

# Runs a step with its output kept; shows the output only when the step fails.
quietly() {
  what=$1
  shift
  log=$(mktemp)
  if ! (cd "$JITSTAT_ROOT" && "$@") >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    stop "$what failed; its output is above." 'Fix what it names and run the same command again.'
  fi
  rm -f "$log"
}

check_writable() {
  [ -w "$JITSTAT_ROOT" ] ||
    stop "$JITSTAT_ROOT cannot be written, and jitstat is not built there yet." \
      'Let its owner run ./jitstat once, or clone the repository into a folder of your own.'
}

install_packages() {
  [ "$JITSTAT_ROOT/node_modules/.package-lock.json" -nt "$JITSTAT_ROOT/package-lock.json" ] && return 0
  check_writable
  command -v npm >/dev/null 2>&1 || stop 'npm is not installed.' \
    'Install npm (Debian: apt-get install npm), then run this again.'
  say 'installing the pinned npm packages (npm ci), once'
  quietly 'npm ci' npm ci --no-audit --no-fund
  touch "$JITSTAT_ROOT/node_modules/.package-lock.json"
}

sources_changed() {
  [ -f "$JITSTAT_ROOT/dist/.built" ] || return 0
  [ -n "$(cd "$JITSTAT_ROOT" && find jit workloads results dashboards harness \
    package-lock.json tsconfig.json tsconfig.build.json \
    \( -name '*.ts' -o -name '*.json' \) -newer dist/.built -print -quit 2>/dev/null)" ]
}

# Compiles into a separate folder and swaps it in, so that a stopped build leaves the old one whole.
build_sources() {
  sources_changed || return 0
  check_writable
  say 'compiling the sources'
  out=.cache/build.$$
  mkdir -p "$JITSTAT_ROOT/.cache"
  started=$(mktemp "$JITSTAT_ROOT/.cache/started.XXXXXX")
  quietly 'Compiling' node node_modules/typescript/bin/tsc -p tsconfig.build.json --outDir "$out"
  (cd "$JITSTAT_ROOT" && node "$out/harness/setup/bundle-cli.js") >/dev/null 2>&1 ||
    say 'the command line could not be bundled; it works, but starts more slowly'
  mv "$started" "$JITSTAT_ROOT/$out/.built"
  rm -rf "$JITSTAT_ROOT/dist"
  mv "$JITSTAT_ROOT/$out" "$JITSTAT_ROOT/dist"
}

prepare_node_part() {
  if [ ! -f "$JITSTAT_ROOT/dist/.built" ]; then check_node; fi
  install_packages
  build_sources
}
