"""The rules of cdk-nag's public packs, read from the installed package: cdk-nag reports violations only, and a report also lists
what complies.

Nothing is copied into this project, so a new version of cdk-nag brings its own rules.
"""

import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tradingbot_infra.templates import Resource


@dataclass(frozen=True, kw_only=True)
class PackSource:
    """Where cdk-nag has a pack: the file in its archive, and the class that CDK apps use. `id` is the first part of its rules' ids."""

    id: str
    file: str
    cdk_class: str
    name: str
    version: str


PACK_SOURCES = (
    PackSource(
        id="AwsSolutions",
        file="aws-solutions",
        cdk_class="AwsSolutionsChecks",
        name="AWS Solutions Library checks of cdk-nag",
        version=version("cdk-nag"),
    ),
    PackSource(id="PCI.DSS.321", file="pci-dss-321", cdk_class="PCIDSS321Checks", name="PCI DSS, retired", version="3.2.1"),
    PackSource(id="NIST.800.53.R5", file="nist-800-53-r5", cdk_class="NIST80053R5Checks", name="NIST SP 800-53", version="Revision 5"),
)
"""The public packs that every synthesis runs."""

_APPLIED = re.compile(
    r"this\.applyRule\(\{(?:\s*ruleSuffixOverride: '(?P<suffix>[^']+)',)?\s*info: (?P<info>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r".*?level: nag_rules_1\.NagMessageLevel\.(?P<level>\w+),\s*rule: \w+\.(?P<rule>\w+)",
    re.DOTALL,
)
_LOOKED_AT = re.compile(r"\bnode instanceof aws_(?P<module>\w+)_1\.(?P<name>Cfn\w+)")


def class_of(resource_type: str) -> str:
    """The CDK's class for a type: `rds.CfnDBInstance` for `AWS::RDS::DBInstance`."""
    service, _, name = resource_type.removeprefix("AWS::").partition("::")
    return f"{service.lower()}.Cfn{name}"


@dataclass(frozen=True, kw_only=True)
class PublicRule:
    """One rule of a public pack. `classes` are the CDK classes that it looks at, as `rds.CfnDBInstance`."""

    id: str
    info: str
    level: str
    classes: tuple[str, ...]

    def is_about(self, resource: Resource) -> bool:
        """Whether a resource is of a type that the rule would look at."""
        return class_of(resource.type) in self.classes

    def examines(self, resource: Resource) -> bool:
        """Whether the rule can have looked at a resource: cdk-nag asks for the class, and a bare CfnResource has none."""
        return self.is_about(resource) and resource.cdk_class in (None, class_of(resource.type))


@dataclass(frozen=True, kw_only=True)
class PublicPack:
    """One public pack. `id` is the first part of its rules' ids."""

    id: str
    name: str
    version: str
    rules: tuple[PublicRule, ...]


@cache
def public_packs() -> tuple[PublicPack, ...]:
    """The packs that every synthesis runs, with all their rules.

    Raises LookupError when the installed cdk-nag is not built as this module expects.
    """
    sources = _sources()
    classes = {Path(name).stem: _classes(text) for name, text in sources.items() if "/rules/" in name and not name.endswith("/index.js")}
    return tuple(
        PublicPack(
            id=source.id,
            name=source.name,
            version=source.version,
            rules=tuple(_rules(source.id, sources[f"package/lib/packs/{source.file}.js"], classes)),
        )
        for source in PACK_SOURCES
    )


def _rules(pack: str, source: str, classes: Mapping[str, tuple[str, ...]]) -> Iterator[PublicRule]:
    matches = list(_APPLIED.finditer(source))
    if len(matches) != source.count("this.applyRule("):
        raise LookupError(f"cdk-nag's pack {pack} has rules that this project cannot read")
    for match in matches:
        info = match["info"][1:-1].replace("\\'", "'").replace('\\"', '"')
        level = {"ERROR": "error", "WARN": "warning"}[match["level"]]
        yield PublicRule(id=f"{pack}-{match['suffix'] or match['rule']}", info=info, level=level, classes=classes[match["rule"]])


def _classes(source: str) -> tuple[str, ...]:
    return tuple(sorted({f"{match['module']}.{match['name']}" for match in _LOOKED_AT.finditer(source)}))


def _sources() -> Mapping[str, str]:
    spec = find_spec("cdk_nag")
    if spec is None or spec.origin is None:
        raise LookupError("cdk-nag is not installed")
    (archive,) = (Path(spec.origin).parent / "_jsii").glob("cdk-nag@*.jsii.tgz")
    with tarfile.open(archive) as package:
        wanted = (member for member in package if re.fullmatch(r"package/lib/(packs|rules)/.*\.js", member.name))
        return {member.name: _text(package, member) for member in wanted}


def _text(package: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = package.extractfile(member)
    return file.read().decode("utf-8") if file else ""
