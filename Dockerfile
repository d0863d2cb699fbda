# Tocsin in one small image: built with the locked dependencies, run by an unprivileged user.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/tocsin
COPY tools/image.lock pyproject.toml README.md LICENSE ./
RUN /opt/tocsin/bin/pip install --no-cache-dir --require-hashes -r image.lock
COPY tocsin tocsin
COPY ingest ingest
COPY processors processors
COPY alerts alerts
COPY services services
RUN /opt/tocsin/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/tocsin --create-home tocsin
COPY --from=build /opt/tocsin /opt/tocsin
ENV PATH=/opt/tocsin/bin:$PATH PYTHONUNBUFFERED=1
USER tocsin
WORKDIR /var/lib/tocsin
VOLUME /var/lib/tocsin
STOPSIGNAL SIGTERM
ENTRYPOINT ["tocsin"]
CMD ["run"]
