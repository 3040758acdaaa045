"""The environment of a container: what its task definition and its image say, and what Fargate gives. Nothing of the server's own.

Differences that running as a process makes: `/tmp` is the container's private directory, wherever HOME and TMPDIR name it; the AWS
endpoint and a key of the task role take the place of the credentials endpoint 169.254.170.2; LOCAL_CLOUD_TASK_ADDRESS,
LOCAL_CLOUD_TASK_PORTS and the first entry of PYTHONPATH make Python programs listen on the task's own address. SSL_CERT_FILE names the
local cloud's own authorities, where there are any. Addresses of AWS for OpenTelemetry's exporters are those of the local cloud.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from tradingbot_infra.local_cloud import authorities
from tradingbot_infra.local_cloud.fargate.dockerfile import ImageConfig
from tradingbot_infra.local_cloud.fargate.images import StandIn
from tradingbot_infra.local_cloud.fargate.spec import ContainerSpec
from tradingbot_infra.local_cloud.ministack.callers import session_key

CONTAINER_FILES = Path(__file__).parent / "container_files"
"""What stands before everything else on a container's PYTHONPATH."""

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_DEFAULT_PORT = "4566"
_PROXIES = "FORWARDED_ALLOW_IPS"
"""What uvicorn and gunicorn read: the load balancer has an address of this machine, not of the VPC's subnets."""

_EXPORTER_ADDRESS = re.compile(r"OTEL_EXPORTER_OTLP(_[A-Z]+)?_ENDPOINT")
_ADDRESS_OF_AWS = re.compile(r"https://[^/]+\.amazonaws\.com(?=/|$)")

_AUTHORITIES_FILE = ".local-cloud-authorities.pem"
_NOT_WRITABLE = Path("/sys")


def environment(
    spec: ContainerSpec, *, stand_in: StandIn, config: ImageConfig, secrets: Mapping[str, str], private: Path, drops_rights: bool
) -> dict[str, str]:
    """Every variable of the container. `private` is its private directory; `drops_rights` says that it runs as another user."""
    own = {entry["name"]: entry["value"] for entry in spec.container.get("environment", [])}
    given = {**dict(config.environment), **own, **secrets}
    return {
        **_of_fargate(spec),
        "HOME": _home_without_a_user(drops_rights=drops_rights),
        **_authorities(private),
        **given,
        **_of_this_machine(spec, private, given),
        "PATH": _path(stand_in, given.get("PATH", _SYSTEM_PATH)),
    }


def _of_fargate(spec: ContainerSpec) -> dict[str, str]:
    return {
        "HOSTNAME": f"ip-{spec.address.replace('.', '-')}.{spec.region}.compute.internal",
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
    }


def _of_this_machine(spec: ContainerSpec, private: Path, given: Mapping[str, str]) -> dict[str, str]:
    endpoint = f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', _DEFAULT_PORT)}"
    exporters = {name: _ADDRESS_OF_AWS.sub(endpoint, value) for name, value in given.items() if _EXPORTER_ADDRESS.fullmatch(name)}
    paths = [str(CONTAINER_FILES), *([given["PYTHONPATH"]] if given.get("PYTHONPATH") else [])]
    return {
        **({"HOME": _in_private(given["HOME"], private)} if "HOME" in given else {}),
        **({_PROXIES: f"{given[_PROXIES]},127.0.0.0/8"} if _PROXIES in given else {}),
        "TMPDIR": str(private),
        **exporters,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": session_key(spec.task_role, spec.task_id) if spec.task_role else "local-cloud",
        "AWS_SECRET_ACCESS_KEY": "local-cloud",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LOCAL_CLOUD_TASK_ADDRESS": spec.address,
        "LOCAL_CLOUD_TASK_PORTS": " ".join(str(port) for port in spec.ports),
        "PYTHONPATH": ":".join(paths),
    }


def _authorities(private: Path) -> dict[str, str]:
    """Where Python and OpenSSL find the authorities to trust (OpenSSL, SSL_CTX_set_default_verify_paths)."""
    bundle = authorities.bundle()
    if bundle is None:
        return {}
    file = private / _AUTHORITIES_FILE
    file.write_text(bundle, encoding="utf-8")
    return {"SSL_CERT_FILE": str(file)}


def _in_private(path: str, private: Path) -> str:
    return f"{private}{path[4:]}" if path == "/tmp" or path.startswith("/tmp/") else path  # noqa: S108 - a path in the container


def _home_without_a_user(*, drops_rights: bool) -> str:
    """`/`, as a user finds it that /etc/passwd of the image does not list: it cannot write there.

    Where this process could, a directory takes its place in which nobody can make files, so that the program fails as in its container.
    """
    writable = os.access("/", os.W_OK) and not drops_rights
    return str(_NOT_WRITABLE) if writable and _NOT_WRITABLE.is_dir() else "/"


def _path(stand_in: StandIn, given: str) -> str:
    own = [] if stand_in.directory is None else [str(stand_in.directory / ".venv" / "bin")]
    programs = [] if stand_in.programs is None else [str(stand_in.programs)]
    return ":".join([*own, str(Path(sys.executable).parent), given, *programs])
