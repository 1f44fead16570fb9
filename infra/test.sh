#!/bin/sh
# The front end's own tests, then one pytest run over everything; its summary is the last line.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.cache/node:$PATH"
(cd frontend && npm test --silent --if-present)
# Groups keep the order of tests/conftest.py: xdist would begin the largest ones together.
exec .venv/bin/pytest -n 2 --dist loadgroup --no-loadscope-reorder -q "$@"
