"""Checks: every region has a bootstrap stack, new enough for the assembly."""

from collections.abc import Iterator

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import CdkBootstrap
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.templates import Bootstrap


def ready(plan: Plan) -> Iterator[Finding]:
    """Each region's version against what the assembly asks for (CDK Developer Guide, "Bootstrap your environment")."""
    wanted = {(stack.region, stack.bootstrap) for stack in plan.assembly.stacks.values() if stack.bootstrap}
    for region, bootstrap in sorted(wanted, key=str):
        yield _judged(region, bootstrap, _version(plan.session.in_region(region), bootstrap), plan.session.account)


def _judged(region: str, wanted: Bootstrap, version: str | None, account: str) -> Finding:
    again = CdkBootstrap(account, region, None if wanted.qualifier == "hnb659fds" else wanted.qualifier)
    if version is None:
        return failed(f"{region} is not bootstrapped: it has no parameter {wanted.parameter}", again)
    if not version.isdecimal():
        return not_assessed(f"{wanted.parameter} is {version!r}, which is no version", again)
    if int(version) < wanted.version:
        return failed(f"{region}: the bootstrap stack has version {version}, and the templates need {wanted.version}", again)
    return passed(f"{region}: version {version}, qualifier {wanted.qualifier}")


def _version(session: Session, wanted: Bootstrap) -> str | None:
    try:
        return session.ssm.get_parameter(Name=wanted.parameter)["Parameter"].get("Value", "")
    except Exception as error:
        if not is_missing(error):
            raise
        return None
