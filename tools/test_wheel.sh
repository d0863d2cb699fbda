#!/usr/bin/env bash
# Build the wheel, install it into a fresh environment away from the checkout, and test it there.
# Catches files that the package forgets (lexicons, templates): the checkout is not importable here.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$top/.venv/bin/python" -m build --quiet --wheel --no-isolation --outdir "$work/dist" "$top"
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$top/requirements.lock"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$work"/dist/tocsin-*.whl

mkdir "$work/away"
cp -r "$top/tests" "$top/docs" "$top/pyproject.toml" "$work/away/"
cd "$work/away"
"$work/venv/bin/tocsin" version
TOCSIN_SHARED="${TOCSIN_SHARED:-$(dirname "$top")/shared}" \
  "$work/venv/bin/python" -m pytest -q -n auto -p no:cacheprovider tests/tocsin tests/processors tests/alerts tests/services
