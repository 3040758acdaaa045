"""What a person copies reaches what was looked at."""

import pytest

from tradingbot_infra.operations.printed_commands import Way

PLAIN = Way("ap-southeast-2", None, None, ())
DESK = Way("ap-southeast-2", "desk", None, ("image_tag=v1.0.0", "alarm_emails=a@example.com,b@example.com"))
LOCAL = Way("ap-southeast-2", None, "http://127.0.0.1:4566", ("image_tag=v1.0.0",))
GIVEN = "-c image_tag=v1.0.0 -c alarm_emails=a@example.com,b@example.com"


@pytest.mark.parametrize(
    ("line", "plain", "desk", "local"),
    [
        (
            "aws rds start-db-instance --db-instance-identifier x",
            "aws --region ap-southeast-2 rds start-db-instance --db-instance-identifier x",
            "aws --region ap-southeast-2 --profile desk rds start-db-instance --db-instance-identifier x",
            "aws --region ap-southeast-2 --endpoint-url http://127.0.0.1:4566 rds start-db-instance --db-instance-identifier x",
        ),
        (
            "then `cdk deploy ServiceStack --revert-drift -c env=production` puts it back",
            "then `cdk deploy ServiceStack --revert-drift -c env=production` puts it back",
            f"then `cdk deploy ServiceStack --revert-drift -c env=production {GIVEN} --profile desk` puts it back",
            "then `make down ENV=production && make up ENV=production ARGS='-c image_tag=v1.0.0'` puts it back",
        ),
        (
            "cdk deploy --all -c env=production -c enable_vpc_endpoints=true",
            "cdk deploy --all -c env=production -c enable_vpc_endpoints=true",
            f"cdk deploy --all -c env=production -c enable_vpc_endpoints=true {GIVEN} --profile desk",
            "make up ENV=production ARGS='-c enable_vpc_endpoints=true -c image_tag=v1.0.0'",
        ),
        (
            "`doctor tasks-pending --env production` says why",
            "`doctor tasks-pending --env production` says why",
            f"`doctor tasks-pending --env production {GIVEN} --profile desk` says why",
            "`doctor tasks-pending --env production -c image_tag=v1.0.0 --local` says why",
        ),
        (
            "scale --reset --env production --local",
            "scale --reset --env production --local",
            "scale --reset --env production --local",
            "scale --reset --env production --local",
        ),
    ],
    ids=["aws", "revert", "deploy", "verb", "local already"],
)
def test_a_printed_command_names_region_account_and_settings(line: str, plain: str, desk: str, local: str) -> None:
    assert tuple(way.completed(line) for way in (PLAIN, DESK, LOCAL)) == (plain, desk, local)
