#!/bin/sh
# Resolves pyproject.toml into requirements files with hashes and without addresses. Needs `uv` on the PATH.
set -eu
flags="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet"
uv pip compile $flags pyproject.toml --group pyproject.toml:hatch -o requirements.txt
uv pip compile $flags pyproject.toml --extra postgres --extra azure --extra google-voices --group pyproject.toml:dev --group pyproject.toml:hatch \
  -c requirements.txt -o requirements-dev.txt
uv pip compile $flags pyproject.toml --extra postgres --extra aws --group pyproject.toml:hatch -c requirements.txt -o requirements-image.txt
# Which build of torch a machine takes (CPU, CUDA, ROCm) its index decides, so torch is left out here and its version stands in the Makefile.
no_torch=$(mktemp)
trap 'rm -f "$no_torch"' EXIT
echo 'torch ; python_version < "3"' > "$no_torch"
uv pip compile $flags pyproject.toml --extra transformers --extra whisper --override "$no_torch" -c requirements-dev.txt -o requirements-engines.txt
