"""Web ACLs and their logging."""

from collections.abc import Mapping

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, same_names


def _web_acl(one: One) -> Live:
    name, identifier, scope = one.physical_id.split("|")
    found = one.session.wafv2.get_web_acl(Name=name, Id=identifier, Scope=scope)["WebACL"]  # type: ignore[arg-type]  # CloudFormation's id has the scope as text
    return Live(properties=same_names(found, "DefaultAction", "Rules", "VisibilityConfig"))


def _logging(one: One) -> Live:
    found = one.session.wafv2.get_logging_configuration(ResourceArn=one.physical_id)["LoggingConfiguration"]
    return Live(properties=same_names(found, "LogDestinationConfigs", "LoggingFilter"))


READERS: Mapping[str, Reader] = {"AWS::WAFv2::WebACL": _web_acl, "AWS::WAFv2::LoggingConfiguration": _logging}
