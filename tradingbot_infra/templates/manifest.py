"""Reads a cloud assembly from its directory: the manifest, and the assemblies of Stages inside it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tradingbot_infra.templates.stack import Bootstrap, Publication, Stack

_WITHOUT_TEMPLATES = frozenset({"cdk:asset-manifest", "cdk:tree", "cdk:feature-flag-report"})
_TYPED = re.compile(r"aws-cdk-lib\.aws_(?P<name>\w+\.Cfn\w+)")


@dataclass
class CloudAssembly:
    """Everything of a directory. `classes` has the CDK class of each construct by its path; `unread` names what is of no known type."""

    templates: dict[str, Any] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read(directory: Path) -> CloudAssembly:
    """Reads a cloud assembly directory such as cdk.out.

    Raises FileNotFoundError if there is no assembly.
    """
    found = CloudAssembly()
    _read_into(found, directory, Path())
    return found


def _read_into(found: CloudAssembly, root: Path, inside: Path) -> None:
    directory = root / inside
    for identifier, artifact in _json(directory / "manifest.json")["artifacts"].items():
        properties = artifact.get("properties", {})
        # Two Stages may have stacks with the same id; their paths differ.
        name = artifact.get("displayName", identifier)
        match artifact["type"]:
            case "aws:cloudformation:stack":
                found.templates[name] = _json(directory / properties["templateFile"])
                found.stacks[name] = _stack(identifier, artifact, root, inside)
            case "cdk:cloud-assembly":
                _read_into(found, root, inside / properties["directoryName"])
            case "cdk:tree" if "file" in properties:
                found.classes.update(_classes(_json(directory / properties["file"])["tree"]))
            case kind if kind not in _WITHOUT_TEMPLATES:
                found.unread.append(f"{name} of type {kind}")


def _stack(identifier: str, artifact: Mapping[str, Any], root: Path, inside: Path) -> Stack:
    properties = artifact["properties"]
    account, _, region = artifact["environment"].removeprefix("aws://").partition("/")
    return Stack(
        # The CDK leaves the name out where it is the id.
        deployed_name=properties.get("stackName", identifier),
        template_file=str(inside / properties["templateFile"]),
        region=region,
        account=account if account.isdecimal() else None,
        termination_protection=properties.get("terminationProtection", False),
        tags=properties.get("tags", {}),
        paths=dict(_paths(artifact, root / inside)),
        bootstrap=_bootstrap(properties),
        publication=_publication(identifier, properties, root / inside),
    )


def _paths(artifact: Mapping[str, Any], directory: Path) -> Iterator[tuple[str, str]]:
    """Logical ids with the paths of their constructs; metadata is a file of its own, or part of the manifest."""
    file = artifact.get("additionalMetadataFile")
    metadata = _json(directory / file) if file else artifact.get("metadata", {})
    for path, entries in metadata.items():
        yield from ((entry["data"], path.removeprefix("/")) for entry in entries if entry["type"] == "aws:cdk:logicalId")


def _bootstrap(properties: Mapping[str, Any]) -> Bootstrap | None:
    parameter = properties.get("bootstrapStackVersionSsmParameter")
    return Bootstrap(properties["requiresBootstrapStackVersion"], parameter) if parameter else None


def _publication(identifier: str, properties: Mapping[str, Any], directory: Path) -> Publication:
    file = directory / f"{identifier}.assets.json"
    assets = _json(file) if file.exists() else {}
    destinations = [each for entry in assets.get("files", {}).values() for each in entry["destinations"].values()]
    roles = [properties.get("assumeRoleArn"), properties.get("cloudFormationExecutionRoleArn"), properties.get("lookupRole", {}).get("arn")]
    roles += [destination.get("assumeRoleArn") for destination in destinations]
    template = properties.get("stackTemplateAssetObjectUrl", "").removeprefix("s3://").partition("/")[0]
    buckets = [template, *(destination.get("bucketName") for destination in destinations)]
    return Publication(
        roles=tuple(sorted({str(role) for role in roles})),
        buckets=tuple(sorted({str(bucket) for bucket in buckets})),
        images=tuple(sorted(assets.get("dockerImages", {}))),
    )


def _classes(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match = _TYPED.fullmatch((node.get("constructInfo") or {}).get("fqn", ""))
    if match:
        yield node["path"], match["name"]
    for child in node.get("children", {}).values():
        yield from _classes(child)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
