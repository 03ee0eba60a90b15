#!/bin/sh
# Resolves pyproject.toml into requirements files with hashes and without addresses. Needs `uv` on the PATH.
set -eu
flags="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet"
uv pip compile $flags pyproject.toml --group pyproject.toml:hatch -o requirements.txt
uv pip compile $flags pyproject.toml --extra postgres --extra azure --group pyproject.toml:dev --group pyproject.toml:hatch \
  -c requirements.txt -o requirements-dev.txt
uv pip compile $flags pyproject.toml --extra postgres --extra aws --group pyproject.toml:hatch -c requirements.txt -o requirements-image.txt
