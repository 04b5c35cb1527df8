# Sourced: finds the system parts jitstat drives (perf, cc, valgrind) and installs missing ones if
# it may. Needs JITSTAT_ROOT and the functions of build.sh.

package_of() {
  case "$1.$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")" in
    perf.ubuntu) printf 'linux-tools-common linux-tools-generic' ;;
    perf.*) printf 'linux-perf' ;;
    cc.*) printf 'gcc libc6-dev' ;;
    valgrind.*) printf 'valgrind' ;;
  esac
}

missing_parts() {
  for tool in perf cc valgrind; do
    command -v "$tool" >/dev/null 2>&1 || printf '%s ' "$tool"
  done
}

prepare_system_part() {
  missing=$(missing_parts)
  [ -z "$missing" ] && return 0
  packages=$(for tool in $missing; do package_of "$tool"; printf ' '; done)
  packages=$(printf '%s' "$packages" | sed 's/ *$//')
  command="apt-get update && apt-get install -y --no-install-recommends $packages"
  if [ "${JITSTAT_NO_INSTALL:-}" = 1 ] || [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    stop "missing on this system: $missing" "Install them as root, on Debian: $command"
  fi
  say "missing on this system: $missing"
  say "installing with apt-get: $packages (JITSTAT_NO_INSTALL=1 forbids this)"
  quietly 'apt-get' sh -c "export DEBIAN_FRONTEND=noninteractive; $command"
  missing=$(missing_parts)
  [ -z "$missing" ] || stop "still missing after the installation: $missing" "Install them by hand: $command"
}

# Installs Debian packages that only some tests want; without the right or the network it continues.
install_optional() {
  if [ "${JITSTAT_NO_INSTALL:-}" = 1 ] || [ "$(id -u)" -ne 0 ]; then return 0; fi
  command -v apt-get >/dev/null 2>&1 || return 0
  say "installing with apt-get: $* (JITSTAT_NO_INSTALL=1 forbids this)"
  log=$(mktemp)
  (
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update && apt-get -q install -y --no-install-recommends "$@"
  ) >"$log" 2>&1 ||
    say "not installed: $(tail -n 1 "$log")"
  rm -f "$log"
}
