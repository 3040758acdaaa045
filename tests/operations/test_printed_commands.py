"""What a person copies reaches what was looked at."""

import pytest

from tests.operations.rendering import KEYS
from tradingbot_infra.operations.printed_commands import (
    AwsCli,
    CdkDeploy,
    CommandTarget,
    OwnCommand,
    ShellCommand,
    Step,
    chain,
    rendered,
    revert,
    sentence,
)

PLAIN = CommandTarget("production", "ap-southeast-2", None, None, ())
DESK = CommandTarget("production", "ap-southeast-2", "desk", None, ("image_tag=v1.0.0", "alarm_emails=a@example.com,b@example.com"))
LOCAL = CommandTarget("production", "ap-southeast-2", None, "http://127.0.0.1:4566", ("image_tag=v1.0.0",))
GIVEN = "-c image_tag=v1.0.0 -c alarm_emails=a@example.com,b@example.com"


@pytest.mark.parametrize(
    ("step", "plain", "desk", "local"),
    [
        (
            AwsCli("rds start-db-instance --db-instance-identifier x"),
            "aws --region ap-southeast-2 rds start-db-instance --db-instance-identifier x",
            "aws --region ap-southeast-2 --profile desk rds start-db-instance --db-instance-identifier x",
            f"{KEYS} aws --region ap-southeast-2 --endpoint-url http://127.0.0.1:4566 rds start-db-instance --db-instance-identifier x",
        ),
        (
            AwsCli("kms list-aliases", region="us-east-1"),
            "aws --region us-east-1 kms list-aliases",
            "aws --region us-east-1 --profile desk kms list-aliases",
            f"{KEYS} aws --region us-east-1 --endpoint-url http://127.0.0.1:4566 kms list-aliases",
        ),
        (
            OwnCommand("cost", reaches_account=False),
            "tradingbot cost --env production",
            f"tradingbot cost --env production {GIVEN}",
            "tradingbot cost --env production -c image_tag=v1.0.0",
        ),
        (
            sentence("then ", revert("service"), " restores it"),
            (
                "then `cdk deploy ServiceStack --exclusively --revert-drift --method=prepare-change-set -c env=production`, "
                "a look at it (docs/runbook.md, Drift), "
                "then `cdk deploy ServiceStack --exclusively --method=execute-change-set -c env=production` restores it"
            ),
            (
                f"then `cdk deploy ServiceStack --exclusively --revert-drift --method=prepare-change-set -c env=production {GIVEN} "
                "--profile desk`, a look at it (docs/runbook.md, Drift), "
                f"then `cdk deploy ServiceStack --exclusively --method=execute-change-set -c env=production {GIVEN} --profile desk` "
                "restores it"
            ),
            "then `make down ENV=production && make up ENV=production ARGS='-c image_tag=v1.0.0'` restores it",
        ),
        (
            revert(),
            "`cdk drift -c env=production` names what drifted; docs/runbook.md, Drift, says how to undo it",
            f"`cdk drift -c env=production {GIVEN} --profile desk` names what drifted; docs/runbook.md, Drift, says how to undo it",
            "`make down ENV=production && make up ENV=production ARGS='-c image_tag=v1.0.0'`",
        ),
        (
            CdkDeploy(settings=("enable_vpc_endpoints=true",)),
            "cdk deploy --all -c env=production -c enable_vpc_endpoints=true",
            f"cdk deploy --all -c env=production -c enable_vpc_endpoints=true {GIVEN} --profile desk",
            "make up ENV=production ARGS='-c enable_vpc_endpoints=true -c image_tag=v1.0.0'",
        ),
        (
            CdkDeploy("data", force=True),
            "cdk deploy DataStack --force -c env=production",
            f"cdk deploy DataStack --force -c env=production {GIVEN} --profile desk",
            "make up ENV=production ARGS='-c image_tag=v1.0.0'",
        ),
        (
            sentence(OwnCommand("doctor tasks-pending"), " says why"),
            "`tradingbot doctor tasks-pending --env production` says why",
            f"`tradingbot doctor tasks-pending --env production {GIVEN} --profile desk` says why",
            "`tradingbot doctor tasks-pending --env production -c image_tag=v1.0.0 --local` says why",
        ),
        (
            chain(ShellCommand("git rm --cached .env"), AwsCli("kms list-aliases")),
            "git rm --cached .env && aws --region ap-southeast-2 kms list-aliases",
            "git rm --cached .env && aws --region ap-southeast-2 --profile desk kms list-aliases",
            f"git rm --cached .env && {KEYS} aws --region ap-southeast-2 --endpoint-url http://127.0.0.1:4566 kms list-aliases",
        ),
        ("wait a minute", "wait a minute", "wait a minute", "wait a minute"),
    ],
    ids=["aws", "another region", "cost", "revert", "drift", "deploy", "force", "own command", "chain", "text"],
)
def test_a_printed_command_names_region_account_and_settings(step: Step, plain: str, desk: str, local: str) -> None:
    assert tuple(rendered(step, target) for target in (PLAIN, DESK, LOCAL)) == (plain, desk, local)
