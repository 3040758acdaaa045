"""A dump on its way between a task and an object of S3, by a presigned URL: the service's roles have no rights in S3, and get none."""

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from tradingbot_infra.design.one_off import PYTHON_IMAGE
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.failures import code_of
from tradingbot_infra.operations.one_off.database import DUMP
from tradingbot_infra.operations.one_off.documents import container
from tradingbot_infra.operations.one_off.place import Place
from tradingbot_infra.operations.session import Session

TRANSFER = "transfer"
"""The name of the container."""

LONGEST = timedelta(days=7)
"""How long a presigned URL can be valid (Amazon S3 API, "Authenticating Requests: Using Query Parameters")."""

_AFTERWARDS = timedelta(minutes=5)
_VARIABLE = "TRANSFER_URL"
_FORM = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>[^\s]{1,1024})")
_PROGRAM = """
import os, sys, urllib.error, urllib.request
url, verb, path = os.environ["TRANSFER_URL"], sys.argv[1], sys.argv[2]
MOST = 5 * 1024**3  # what one PUT takes
try:
    if verb == "PUT":
        size = os.path.getsize(path)
        if size > MOST:
            sys.exit("The dump has %d bytes, and S3 takes 5 GiB by one PUT" % size)
        with open(path, "rb") as file:
            headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
            urllib.request.urlopen(urllib.request.Request(url, data=file, headers=headers, method=verb)).read()
    else:
        with urllib.request.urlopen(url) as answer, open(path, "wb") as file:
            wanted = int(answer.headers["Content-Length"])
            while part := answer.read(1 << 20):
                file.write(part)
        size = os.path.getsize(path)
        if size != wanted:
            sys.exit("Only %d of %d bytes came from S3" % (size, wanted))
    print("%d bytes %s S3" % (size, "to" if verb == "PUT" else "from"))
except urllib.error.HTTPError as error:
    sys.exit("S3 answers %d %s" % (error.code, error.reason))
except urllib.error.URLError as error:
    sys.exit("S3 cannot be reached: %s" % error.reason)
"""
"""Python verifies S3's certificate. It prints the URL nowhere."""


@dataclass(frozen=True)
class S3Object:
    """An object by bucket and key; `region` is the bucket's."""

    bucket: str
    key: str
    region: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def where(self) -> dict[str, Any]:
        """The parameters that name it."""
        return {"Bucket": self.bucket, "Key": self.key}


def parsed(option: str, text: str) -> S3Object:
    """The object that s3://BUCKET/KEY names.

    Raises UserError for anything else.
    """
    found = _FORM.fullmatch(text)
    if found is None or text.endswith("/"):
        raise UserError(f"{option} {text}: is no object of S3; allowed: s3://BUCKET/KEY")
    return S3Object(found["bucket"], found["key"])


def located(session: Session, wanted: S3Object) -> S3Object:
    """The object with its bucket's region, which S3 wants in a signature. Errors of S3 escape, such as NoSuchBucket."""
    location = session.s3.get_bucket_location(Bucket=wanted.bucket).get("LocationConstraint")
    old = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}
    return S3Object(wanted.bucket, wanted.key, old.get(location, str(location)))


def size_of(session: Session, place: S3Object) -> int | None:
    """The bytes of an object; None when there is none."""
    try:
        return session.in_region(place.region).s3.head_object(**place.where)["ContentLength"]
    except Exception as error:
        if code_of(error) in ("404", "NoSuchKey", "NotFound"):
            return None
        raise


def presigned(session: Session, place: S3Object, verb: Literal["put_object", "get_object"], allowed: timedelta) -> SecretStr:
    """A URL that is good for one request of this kind as long as the task may run, and as long as the credentials that signed it."""
    seconds = int(min(allowed + _AFTERWARDS, LONGEST).total_seconds())
    return SecretStr(session.in_region(place.region).s3.generate_presigned_url(verb, Params=place.where, ExpiresIn=seconds))


def mover(place: Place, verb: Literal["PUT", "GET"], url_secret: str) -> dict[str, Any]:
    """The container that moves the dump between the shared volume and S3."""
    command = ["python3", "-c", _PROGRAM.strip(), verb, DUMP]
    return container(place, TRANSFER, PYTHON_IMAGE, command, plain={}, secrets={_VARIABLE: url_secret}, shares=True)


def check_file(path: Path) -> None:
    """Raises UserError where a new file cannot be made at this path."""
    if path.exists() or not path.parent.is_dir():
        wrong = "exists" if path.exists() else "its folder does not exist"
        raise UserError(f"--output {path}: {wrong}; allowed: a new file in a folder that exists")


def download(session: Session, place: S3Object, path: Path) -> int:
    """Copies the object to a new file that only its owner can read, and returns its size in bytes."""
    body = session.in_region(place.region).s3.get_object(**place.where)["Body"]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for part in body.iter_chunks(1 << 20):
            file.write(part)
        return file.tell()
