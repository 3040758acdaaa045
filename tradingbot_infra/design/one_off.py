"""What one-off tasks run, besides the service's own image: clients of the data stores, from public images that are pinned by digest.

A digest names the content, so neither the registry nor whoever moves a tag can put another program in its place.
"""

from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE

_LIBRARY = "public.ecr.aws/docker/library"
"""Docker's official images in Amazon ECR Public, which has them with the digests of Docker Hub."""

POSTGRES_IMAGE = f"{_LIBRARY}/postgres@sha256:fe0737ba566a2c5b2a28f34433c0a423261900ec17b9bf7ad115e1aae7e57f1b"
"""postgres:15.19-alpine3.24, for psql, pg_dump and pg_restore. pg_dump reads no server of a later major version than its own."""

REDIS_IMAGE = f"{_LIBRARY}/redis@sha256:bb186d083732f669da90be8b0f975a37812b15e913465bb14d845db72a4e3e08"
"""redis:7.4.5-alpine3.21, for redis-cli; Alpine's own bundle of authorities lets it verify ElastiCache's certificate."""

PYTHON_IMAGE = PLACEHOLDER_IMAGE
"""For what moves a dump between a task and S3."""

OVERRIDE_LIMIT = 8192
"""Most characters of `overrides` of RunTask, with the punctuation of JSON (ECS API Reference, RunTask)."""

STARTED_BY = "tradingbot"
"""How `startedBy` of every one-off task begins."""
