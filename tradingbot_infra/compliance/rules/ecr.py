"""Rules for Amazon ECR repositories, and for the images that task definitions name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.observe import at, customer_key, is_true, is_unknown, listed, observe, seen
from tradingbot_infra.compliance.reading.policy_documents import as_data, each_allowed, is_open_to_anyone
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.design.image_choice import PARAMETER, RUNS_PLACEHOLDER
from tradingbot_infra.templates import Assembly, Resource

REPOSITORY = "AWS::ECR::Repository"
PUBLIC_REPOSITORY = "AWS::ECR::PublicRepository"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"

# A dynamic reference has slashes and colons of its own.
_OPAQUE = re.compile(r"\{\{.*?\}\}")
_TAG = re.compile(r":(?P<tag>\w[\w.-]*)$")
_CHOSEN = re.compile(rf":\$\{{\w+\.{PARAMETER}\}}$")
"""A tag that the parameter of the design holds: its pattern refuses `latest` (rule `cfn.template`)."""


@rule("ecr.scan", REPOSITORY, title="Images are scanned when they are pushed", fix="Set `image_scan_on_push=True` on the repository.")
def scan(repository: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(repository, "ImageScanningConfiguration.ScanOnPush", is_true, "true")


@rule(
    "ecr.immutable",
    REPOSITORY,
    TASK_DEFINITION,
    title="A tag never moves to another image, and tasks name a version",
    fix="Set `image_tag_mutability=TagMutability.IMMUTABLE` on the repository and name a version tag or a digest in the task definition.",
)
def immutable(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == REPOSITORY:
        yield observe(resource, "ImageTagMutability", lambda value: value == "IMMUTABLE", "IMMUTABLE", default="MUTABLE")
        return
    for number, container in enumerate(listed(resource.properties.get("ContainerDefinitions"))):
        image = at(container, "Image")
        where = f"Properties.ContainerDefinitions[{number}].Image"
        yield Observation(where, image, "a version tag other than latest, or a digest", _version(image, assembly))


def _version(image: Any, assembly: Assembly) -> Status:
    if isinstance(image, Mapping) and isinstance(image.get("Fn::If"), list) and image["Fn::If"][:1] == [RUNS_PLACEHOLDER]:
        return worst(_version(each, assembly) for each in image["Fn::If"][1:])
    if not isinstance(image, str):
        return Status.NOT_ASSESSED if is_unknown(image) else Status.FAIL
    if "@sha256:" in image:
        return Status.PASS
    name = _OPAQUE.sub("{}", image).rpartition("/")[2]
    if _CHOSEN.search(name):
        return Status.PASS
    match = _TAG.search(name)
    if match:
        return Status.FAIL if "latest" in match["tag"].lower() else Status.PASS
    # A repository's name or URI has no tag. Any other part that only CloudFormation knows may contain one.
    whole = assembly.referred(name)
    undecided = "{" in name and (whole is None or whole.type != REPOSITORY)
    return Status.NOT_ASSESSED if undecided else Status.FAIL


@rule(
    "ecr.kms",
    REPOSITORY,
    title="Images are encrypted with a customer managed key",
    fix="Set `encryption=RepositoryEncryption.KMS` and give the repository an `encryption_key`.",
)
def kms(repository: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield observe(
        repository,
        "EncryptionConfiguration.EncryptionType",
        lambda value: value in ("KMS", "KMS_DSSE"),
        "KMS or KMS_DSSE",
        default="AES256",
    )
    yield customer_key(repository, "EncryptionConfiguration.KmsKey", assembly)


@rule(
    "ecr.lifecycle",
    REPOSITORY,
    title="A repository keeps a limited number of images",
    fix="Add a `LifecycleRule` with `max_image_count` for any tag status.",
)
def lifecycle(repository: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(repository, "LifecyclePolicy.LifecyclePolicyText", _bounds, "a rule that expires images of any tag above a number")


def _bounds(text: Any) -> bool:
    return any(
        at(each, "selection.tagStatus") == "any"
        and at(each, "selection.countType") == "imageCountMoreThan"
        and at(each, "action.type") == "expire"
        for each in listed(at(as_data(text), "rules"))
    )


@rule(
    "ecr.private",
    REPOSITORY,
    PUBLIC_REPOSITORY,
    title="Only named principals pull or push images",
    fix="Use a private repository and grant to accounts or roles by name.",
)
def private(repository: Resource, assembly: Assembly) -> Iterator[Observation]:
    if repository.type == PUBLIC_REPOSITORY:
        yield seen("Type", repository.type, False, REPOSITORY)
        return
    where, expected = "Properties.RepositoryPolicyText", "this account, and accounts of setting ecr_pull_accounts"
    text = repository.properties.get("RepositoryPolicyText")
    named = ("Principal", "NotPrincipal")
    # A condition does not help here: a principal that is anyone remains anyone.
    here, pulling = ThisAccount.of(repository, assembly), assembly.config.registry.ecr_pull_accounts if assembly.config else ()
    allowed = tuple(
        each_allowed(
            where,
            text,
            named,
            lambda statement: not is_open_to_anyone(statement) and here.admits_only_it(statement, *pulling),
            expected,
            assembly,
        )
    )
    yield from allowed or (seen(where, text, True, expected),)
