#!/bin/sh
# Everything that reads the code without running it. Prints only what is wrong.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.cache/node:$PATH"
failed=""

step() {
  name="$1"
  shift
  said="$("$@" 2>&1)" && { printf '   ok   %s\n' "$name"; return; }
  printf '%s\n   FAIL %s\n' "$said" "$name"
  failed="$failed $name"
}

public_hosts_only() {
  found="$( (grep -oE 'https?://[^/" ]+' uv.lock
             grep -E '"resolved":' frontend/package-lock.json | grep -oE 'https?://[^/" ]+') |
    sort -u | grep -vE '^https://(pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org)$')"
  [ -z "$found" ] || { echo "lock files name other hosts:"; echo "$found"; return 1; }
}

typescript() { (cd frontend && npm run --silent check); }

step ruff .venv/bin/ruff check --quiet .
step format .venv/bin/ruff format --check --quiet .
step imports .venv/bin/lint-imports --no-cache --no-logo
step types .venv/bin/mypy
step typescript typescript
step templates .venv/bin/djlint --lint --quiet frontend/templates
step locks public_hosts_only
step migrations env DATA_DIR="${TMPDIR:-/tmp}/ajj-check" .venv/bin/python manage.py \
  makemigrations --check --dry-run
rm -rf "${TMPDIR:-/tmp}/ajj-check"

[ -z "$failed" ] || { echo "check failed:$failed" >&2; exit 1; }
