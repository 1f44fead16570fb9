#!/bin/sh
# The front end's own tests, then one pytest run over everything; its summary is the last line.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.cache/node:$PATH"
(cd frontend && npm test --silent --if-present)
exec .venv/bin/pytest -n 2 --dist loadgroup -q "$@"
