# The bot as it runs in production: the locked packages, no compiler, not root, one writable folder.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot bot
COPY agents agents
COPY integrations integrations
COPY store store
COPY prompts prompts
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
COPY LICENSE NOTICE /usr/share/doc/sergas/
RUN useradd --system --uid 10001 --create-home --home-dir /data sergas
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 SERGAS_HOME=/data SERGAS_HTTP_HOST=0.0.0.0
USER sergas
WORKDIR /data
VOLUME /data
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
