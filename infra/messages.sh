#!/bin/sh
# Gathers the words of the screens into the catalogues and compiles those (needs GNU gettext).
set -eu
cd "$(dirname "$0")/.."
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

DATA_DIR="$scratch" .venv/bin/python manage.py makemessages -l en --no-location --no-wrap \
  --no-obsolete -i .venv -i 'frontend/node_modules/*' -i 'frontend/dist/*' -i 'tests/*'
for words in ajj/locale/*/LC_MESSAGES/django.po; do
  msgfmt --check-format --statistics -o "${words%.po}.mo" "$words"
done
