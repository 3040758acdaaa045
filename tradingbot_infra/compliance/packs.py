"""The packs that every synthesis runs: three of cdk-nag, four of this project, the causes of what nobody accepts, and the ledger's own
check.

Our packs read the finished templates as plain data, once for all: reading each property of each resource through the CDK crosses into
Node.js every time, which would take longer than the synthesis itself.

What the ledger accepts is listed by the pack that finds it, and the CDK keeps the reason. What nobody accepts is listed there too, for
validation-report.json, but without a construct: the CDK CLI prints a violation once for each of its constructs. CausePack prints each
cause once. All of it is fatal, because no acknowledgment in code takes a fatal violation away, and because the CLI leaves out whatever
is at a construct of a stack that is not selected.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import jsii
from constructs import IConstruct

from tradingbot_infra.compliance.block import block_of, shown
from tradingbot_infra.compliance.catalogue import Control, Framework, controls_naming, frameworks
from tradingbot_infra.compliance.cause import causes, public_rule
from tradingbot_infra.compliance.evaluation import Finding
from tradingbot_infra.compliance.exception import ActiveLedger, ComplianceException
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.public_packs import PACK_SOURCES
from tradingbot_infra.compliance.rule import Judgement
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import STACK_TYPE

CAUSE_PACK = "Compliance"
"""Name of the pack that prints what nobody accepts, a block for each cause."""

LEDGER_PACK = "Ledger"
"""Name of the check that no exception is stale or wider than its findings."""


def register_packs(app: cdk.App, ledger: ActiveLedger, config: EnvironmentConfig) -> Inspection:
    """Registers the packs on the app, and acknowledges what the ledger accepts."""
    inspection = Inspection(ledger, config, Path(app.outdir))
    _acknowledge(app, ledger)
    cdk.Validations.of(app).add_plugins(
        *(_recorded(getattr(cdk_nag, source.cdk_class), inspection)(app) for source in PACK_SOURCES),
        *(FrameworkPack(framework, inspection) for framework in frameworks()),
        CausePack(inspection),
        LedgerPack(inspection),
    )
    return inspection


@jsii.implements(cdk.IPolicyValidationPlugin)
class FrameworkPack:
    """One framework: every control whose rules do not hold is a violation, named `CIS-5.3[net.sg_no_admin_ports_v4]`."""

    version = None  # only for AWS's usage statistics, as rule_ids
    rule_ids = None

    def __init__(self, framework: Framework, inspection: Inspection) -> None:
        self._framework = framework
        self._inspection = inspection

    @property
    def name(self) -> str:
        """The name of the pack in reports and acknowledgments."""
        return self._framework.id

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Judges every control of the framework."""
        evaluation = self._inspection.evaluation
        return _report(
            _violation(control, judgement, self._inspection.ledger)
            for control in self._framework.controls
            for rule in control.rules
            for judgement in evaluation.by_rule.get(rule, ())
            if judgement.status is not Status.PASS
        )


@jsii.implements(cdk.IPolicyValidationPlugin)
class CausePack:
    """Prints what nobody accepts, a block for each cause, whatever stacks the CDK CLI is asked for."""

    version = None
    rule_ids = None

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection

    # The CDK reads properties of a plugin, not plain attributes.
    @property
    def name(self) -> str:
        """The name of the pack in reports."""
        return CAUSE_PACK

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Joins the findings of the packs before it."""
        return _report(self._violations())

    def _violations(self) -> Iterator[cdk.PolicyViolation]:
        inspection = self._inspection
        descriptions = {public_rule(finding): text for finding, text in inspection.public.items()}
        for cause in causes(inspection.missing, inspection.evaluation):
            block = block_of(cause, inspection.config, descriptions)
            yield cdk.PolicyViolation(
                rule_name=block.rule,
                description=block.wrong,
                fix="\n".join(block.advice),
                severity="fatal",
                rule_metadata={"controls": ", ".join(block.controls), "paths": ", ".join(cause.paths)},
                violating_resources=[_printed(cause.paths[0], block.properties, inspection)],
            )


@jsii.implements(cdk.IPolicyValidationPlugin)
class LedgerPack:
    """Fails on exceptions that nothing finds any more, or that name another construct than the one that was found."""

    version = None
    rule_ids = None

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection

    @property
    def name(self) -> str:
        """The name of the pack in reports."""
        return LEDGER_PACK

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Compares the ledger with the findings of the packs before it."""
        return _report(
            cdk.PolicyViolation(
                rule_name=f"{self.name}-{stale.exception.id}",
                description=f"The ledger {stale.problem}.",
                fix="Remove it from compliance/ledger/, or name the exact path.",
                severity="fatal",
                violating_resources=[_printed(stale.path, (), self._inspection)],
            )
            for stale in self._inspection.stale
        )


def _printed(path: str, properties: Iterable[str], inspection: Inspection) -> cdk.PolicyViolatingResource:
    """A place that the CDK CLI prints with any selection of stacks: it names the construct where a logical id would be."""
    found = inspection.assembly.at(path)
    stack = inspection.assembly.stacks.get(found.stack if found else path)
    kind = found.logical_id if found else "stack" if stack else "in no template that is read"
    file = inspection.directory / (stack.template_file if stack else "manifest.json")
    return cdk.PolicyViolatingResource(resource_logical_id=f"{path} ({kind})", template_path=str(file), locations=list(properties))


def _recorded(pack: type[cdk_nag.NagPack], inspection: Inspection) -> type[cdk_nag.NagPack]:
    """A public pack that also gives its findings to the inspection, before the CDK removes those that are acknowledged."""

    class Recorded(pack):  # type: ignore[valid-type, misc]  # a class made from a parameter
        def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
            # Python would wait while Node.js runs the first public pack.
            inspection.start()
            report: cdk.PolicyValidationPluginReport = super().validate(context)
            for violation in report.violations:
                for resource in violation.violating_resources:
                    inspection.public[Finding(violation.rule_name, str(resource.construct_path))] = violation.description
            return _report(each for violation in report.violations for each in _told_apart(violation, inspection.ledger))

    return Recorded


def _told_apart(violation: cdk.PolicyViolation, ledger: ActiveLedger) -> Iterator[cdk.PolicyViolation]:
    """A violation of a public pack as it is where the ledger accepts it, and without constructs where nobody does."""
    accepted: list[cdk.PolicyViolatingResource] = []
    refused: list[cdk.PolicyViolatingResource] = []
    for resource in violation.violating_resources:
        exception = ledger.exception_for(Finding(violation.rule_name, str(resource.construct_path)))
        (accepted if exception else refused).append(resource)
    if not refused:
        yield violation
        return
    parts = [(accepted, violation.severity)] if accepted else []
    for resources, severity in [*parts, ([], "fatal")]:
        yield cdk.PolicyViolation(
            rule_name=violation.rule_name,
            description=violation.description,
            fix=violation.fix,
            severity=severity,
            rule_metadata={"paths": ", ".join(str(each.construct_path) for each in refused)} if severity == "fatal" else None,
            violating_resources=resources,
        )


def _acknowledge(app: cdk.App, ledger: ActiveLedger) -> None:
    accepted: dict[str, dict[str, ComplianceException]] = {}
    for finding, exception in ledger.by_finding.items():
        accepted.setdefault(finding.path, {})[finding.rule] = exception
    nodes: dict[str, IConstruct | None] = {"": app}
    for path, by_rule in accepted.items():
        construct = _find(path, nodes)
        if construct and _covers_itself_only(construct, by_rule):
            _accept(construct, by_rule)
    for exception in ledger.exceptions:
        construct = _find(exception.construct, nodes) if exception.construct else None
        if construct and not isinstance(construct, cdk.Stack):
            _accept(construct, dict.fromkeys(exception.rules, exception))


def _accept(construct: IConstruct, by_rule: Mapping[str, ComplianceException]) -> None:
    acknowledgments = (each for rule, exception in by_rule.items() for each in _acknowledgments(rule, exception))
    cdk.Validations.of(construct).acknowledge(*acknowledgments)


def _covers_itself_only(construct: IConstruct, rules: Iterable[str]) -> bool:
    """An acknowledgment silently covers everything below: only resources may have one, and stacks for rules that judge only stacks."""
    if isinstance(construct, cdk.Stack):
        return all(rule in RULES and RULES[rule].types == (STACK_TYPE,) for rule in rules)
    return isinstance(construct, cdk.CfnResource)


def _acknowledgments(rule: str, exception: ComplianceException) -> Iterator[cdk.Acknowledgment]:
    """The qualified ids of a rule: only with those does validation-report.json keep the reason."""
    if rule in RULES:
        for framework, control in controls_naming(rule):
            yield cdk.Acknowledgment(id=f"{framework.id}::{control.id}[{rule}]", reason=exception.reason)
    else:
        yield cdk.Acknowledgment(id=f"{rule.partition('-')[0]}::{rule}", reason=exception.reason)


def _find(path: str, nodes: dict[str, IConstruct | None]) -> IConstruct | None:
    if path not in nodes:
        parent, _, name = path.rpartition("/")
        scope = _find(parent, nodes)
        nodes[path] = scope.node.try_find_child(name) if scope else None
    return nodes[path]


def _report(violations: Iterable[cdk.PolicyViolation]) -> cdk.PolicyValidationPluginReport:
    found = list(violations)
    return cdk.PolicyValidationPluginReport(
        success=not any(violation.severity in ("error", "fatal") for violation in found), violations=found
    )


def _violation(control: Control, judgement: Judgement, ledger: ActiveLedger) -> cdk.PolicyViolation:
    rule, resource, against = judgement.rule, judgement.resource, judgement.against
    where = "; ".join(f"{each.property} is {shown(each.observed)}, expected {each.expected}" for each in against)
    is_accepted = ledger.exception_for(Finding(rule.id, resource.path)) is not None
    place = cdk.PolicyViolatingResource(construct_path=resource.path, locations=[each.property for each in against])
    failed = judgement.status is Status.FAIL
    return cdk.PolicyViolation(
        rule_name=f"{control.id}[{rule.id}]",
        description=f"{control.title}. {rule.title}: {where}." if failed else f"{control.title}. Not assessed: {where}.",
        fix=rule.fix,
        severity="error" if is_accepted else "fatal",
        rule_metadata={"rule": rule.id, "control": control.id, "path": resource.path},
        violating_resources=[place] if is_accepted else [],
    )
