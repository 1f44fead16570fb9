#!/bin/sh
# What the benchmarks compare with: Debian's Janus, nginx and WeasyPrint, where this user may install packages.
# Neither is started as a service here. Without them the benchmarks say so and go on.
set -eu

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_apt() {
  command -v apt-get >/dev/null 2>&1 &&
    { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }; }
}

have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

wanted=""
have janus || wanted="$wanted janus"
have nginx || wanted="$wanted nginx-light"
have weasyprint || wanted="$wanted weasyprint"
[ -n "$wanted" ] || exit 0
if ! may_apt; then
  echo "Not installed and not installable here:$wanted" >&2
  exit 0
fi
echo "== apt-get install$wanted"
apt() {
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -o DPkg::Lock::Timeout=120 \
    -o Acquire::Retries=3 -qq "$@" >/dev/null
}
apt update
# shellcheck disable=SC2086  # a list of packages
apt install -y --no-install-recommends $wanted || echo "Could not install:$wanted" >&2
if command -v systemctl >/dev/null 2>&1; then
  for unit in $wanted; do
    as_root systemctl disable --now "${unit%-light}" >/dev/null 2>&1 || true
  done
fi
