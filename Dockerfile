# One image for every process of Tamiz; the command says which. Nothing is installed that requirements-image.txt does not name with its hash.
# Python 3.11 is the oldest version Tamiz supports and the one its tests run on.
FROM python:3.11.15-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH

FROM base AS build
WORKDIR /app
COPY requirements-image.txt ./
RUN python -m venv /opt/venv && \
    pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: --require-hashes -r requirements-image.txt
# The project itself stays a checkout: this writes the `tamiz` command and a path entry. The build backend comes from the line above.
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY adapters adapters
COPY workers workers
COPY handlers handlers
RUN pip install --no-cache-dir --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable . && \
    python -m compileall -q schemas adapters workers handlers

FROM base
# Optional programs: `docker build --build-arg TESSERACT=1 --build-arg ESPEAK=1 .`
ARG TESSERACT=0
ARG ESPEAK=0
RUN packages=""; \
    if [ "$TESSERACT" = 1 ]; then packages="$packages tesseract-ocr"; fi; \
    if [ "$ESPEAK" = 1 ]; then packages="$packages espeak-ng"; fi; \
    if [ -n "$packages" ]; then \
        apt-get update && apt-get install -y --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin tamiz && install -d -o tamiz -g tamiz -m 0750 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY samples /app/samples
ENV TAMIZ_DATA=/data
USER 10001:10001
WORKDIR /app
VOLUME /data
EXPOSE 8321
STOPSIGNAL SIGTERM
ENTRYPOINT ["tamiz"]
CMD ["up"]
