"""Rules for the parameters of RDS, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import rds_parameters
from tradingbot_infra.compliance.status import Status

IF = {"Fn::If": ["Cheap", "this", "that"]}
PARAMETER = {"Ref": "SomeParameter"}
SCRAM, MD5 = {"password_encryption": "scram-sha-256"}, {"password_encryption": "md5"}


def database(**properties: object) -> Body:
    return resource("AWS::RDS::DBInstance", {"Engine": "postgres", "EngineVersion": "15.19", **properties})


def status_of(rule: Rule, body: Body, **others: Body) -> Status:
    return judge(rule, assembly_of({**others, "Judged": body}))["Judged"]


def parameters(family: object = "postgres15", **stated: object) -> Body:
    return resource("AWS::RDS::DBParameterGroup", {"Family": family, "DBParameterGroupName": "bot", "Parameters": stated})


AUDITED: dict[str, object] = {
    "log_connections": "1",
    "log_disconnections": 1,
    "shared_preload_libraries": "pg_stat_statements, pgaudit",
    "pgaudit.log": "ddl,role",
    "log_statement": "none",
    "log_min_error_statement": "panic",
}


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        (AUDITED, Status.PASS),
        ({name: value for name, value in AUDITED.items() if name != "log_statement"}, Status.PASS),
        ({**AUDITED, "pgaudit.log": "all"}, Status.PASS),
        ({**AUDITED, "pgaudit.log": "ddl"}, Status.FAIL),
        ({**AUDITED, "pgaudit.log": "all,-role"}, Status.FAIL),
        ({**AUDITED, "shared_preload_libraries": "pg_stat_statements"}, Status.FAIL),
        ({**AUDITED, "log_statement": "ddl"}, Status.FAIL),
        ({**AUDITED, "log_statement": "all"}, Status.FAIL),
        ({**AUDITED, "log_min_error_statement": "error"}, Status.FAIL),
        ({name: value for name, value in AUDITED.items() if name != "log_min_error_statement"}, Status.FAIL),
        ({**AUDITED, "log_connections": "0"}, Status.FAIL),
        ({name: value for name, value in AUDITED.items() if name != "log_disconnections"}, Status.FAIL),
        ({}, Status.FAIL),
        ({**AUDITED, "log_disconnections": IF}, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("named", [{"Ref": "Parameters"}, "bot"])
def test_connections_and_changes_are_logged_and_no_password_is(stated: dict[str, object], status: Status, named: object) -> None:
    assert status_of(rds_parameters.audit_params, database(DBParameterGroupName=named), Parameters=parameters(**stated)) is status


@pytest.mark.parametrize(
    ("group", "status"),
    [
        (parameters(**{"rds.force_ssl": "1"}), Status.PASS),
        (parameters(**{"rds.force_ssl": 1}), Status.PASS),
        (parameters(), Status.PASS),
        (parameters(**{"rds.force_ssl": "0"}), Status.FAIL),
        (parameters("postgres14"), Status.FAIL),
        (parameters("postgres14", **{"rds.force_ssl": "1"}), Status.PASS),
        (parameters("mysql8.0"), Status.FAIL),
        (parameters(**{"rds.force_ssl": PARAMETER}), Status.NOT_ASSESSED),
        (parameters(ssl_min_protocol_version="TLSv1.2"), Status.PASS),
        (parameters(ssl_min_protocol_version="TLSv1.3"), Status.PASS),
        (parameters(ssl_min_protocol_version="TLSv1"), Status.FAIL),
        (parameters(ssl_min_protocol_version="TLSv1.1"), Status.FAIL),
        (parameters(ssl_min_protocol_version=""), Status.FAIL),
        (parameters(ssl_min_protocol_version=IF), Status.NOT_ASSESSED),
    ],
)
def test_a_database_refuses_plain_connections(group: Body, status: Status) -> None:
    assert status_of(rds_parameters.force_ssl, database(DBParameterGroupName={"Ref": "Parameters"}), Parameters=group) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({}, Status.PASS),
        ({"EngineVersion": "14.19"}, Status.FAIL),
        ({"DBParameterGroupName": "default.postgres16"}, Status.PASS),
        ({"DBParameterGroupName": "default.postgres14"}, Status.FAIL),
        ({"DBParameterGroupName": "of-another-stack"}, Status.NOT_ASSESSED),
        ({"DBParameterGroupName": PARAMETER}, Status.NOT_ASSESSED),
        ({"DBParameterGroupName": IF}, Status.NOT_ASSESSED),
    ],
)
def test_default_parameters_force_tls_since_postgresql_15(properties: dict[str, object], status: Status) -> None:
    assert status_of(rds_parameters.force_ssl, database(**properties)) is status


def test_default_parameters_log_too_little() -> None:
    assert status_of(rds_parameters.audit_params, database()) is Status.FAIL


def test_a_group_that_no_database_uses_does_not_count() -> None:
    unused = resource("AWS::RDS::DBParameterGroup", {"Family": "postgres15", "Parameters": AUDITED})
    assert status_of(rds_parameters.audit_params, database(), Unused=unused) is Status.FAIL


@pytest.mark.parametrize(
    ("authority", "status"),
    [
        ("rds-ca-rsa2048-g1", Status.PASS),
        ("rds-ca-ecc384-g1", Status.PASS),
        ("rds-ca-2019", Status.FAIL),
        ("rds-ca-2015", Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
def test_the_certificate_of_a_database_is_of_a_current_authority(authority: object, status: Status) -> None:
    assert status_of(rds_parameters.force_ssl, database(CACertificateIdentifier=authority)) is status


@pytest.mark.parametrize(
    ("group", "status"),
    [
        (parameters(), Status.PASS),
        (parameters("postgres15", **SCRAM), Status.PASS),
        (parameters("postgres15", **MD5), Status.FAIL),
        (parameters("postgres13"), Status.FAIL),
        (parameters(password_encryption=PARAMETER), Status.NOT_ASSESSED),
    ],
)
def test_passwords_are_kept_as_scram(group: Body, status: Status) -> None:
    assert status_of(rds_parameters.scram, database(DBParameterGroupName={"Ref": "Parameters"}), Parameters=group) is status
