"""No text of a template is a secret, wherever it stands, and no judgement repeats one."""

import json
import random
import string
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tests.conftest import Synthesize
from tradingbot_infra.compliance.evaluation import evaluate
from tradingbot_infra.compliance.reading.secret_names import is_secret
from tradingbot_infra.compliance.reading.secret_text import kind_of_secret
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.rules.no_secrets import no_secrets
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly

WEAK = "hunter2"
RANDOM = "x7Kp9QzLm2Vw8RtY1aB3"

# In two parts, so that no scanner of this repository takes them for tokens.
TOKENS = {
    "AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "AWS, the secret half": "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYEXAMPLEKEY",
    "GitHub": "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "GitHub, fine-grained": "github_pat_" + "11AABBCCD0abcdefghijkl_ABCDEFGHIJKLMNOPQRSTUV",
    "GitLab": "glpat-" + "AbCdEfGhIjKlMnOpQrSt",
    "Slack": "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "Slack, a webhook": "https://hooks.slack.com/" + "services/T000/B000/XXXX",
    "Telegram": "110201543:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "OpenAI": "sk-proj-" + "abcdefghijklmnop1234",
    "Anthropic": "sk-ant-" + "api03-AbCd_1234-xyz",
    "Stripe": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "Google": "AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "SendGrid": "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "Discord": "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs",
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE",
    "an exchange": "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0Mu" + "IgwCIPy6utIco14y7Ju91duEh8A",
    "Fernet": "ZmDfcTF7_60GrrY167zsiPd67pEvs0aGOv2oasOM1Pg=",
    "a seed of one-time passwords": "JBSWY3DPEHPK3PXPJBSWY3DP",
    "hexadecimal": "9f86d081884c7d659a2feaa0c55ad015",
    "punctuated": "Tr8!vK2@mQ9#",
}

PHRASES = {
    "a connection string": f"postgresql://app:{WEAK}@db.example.com:5432/trading",
    "a connection string without a user": f"redis://:{WEAK}@cache.example.com:6379",
    "a shell's variable": f"export DB_PASS={WEAK}; exec server",
    "a variable before a command": f"PGPASSWORD={WEAK} psql",
    "JSON": json.dumps({"password": WEAK}),
    "JSON in JSON": json.dumps({"body": json.dumps({"api_key": WEAK})}),
    "YAML": f"db_password: {WEAK}",
    "a flag": f"server --password {WEAK}",
    "a flag with a sign": f"server --api-key={WEAK}",
    "curl": f"curl -u admin:{WEAK} http://localhost",
    "a header": "Authorization: Bearer abcdef123456789",
    "Redis": f"redis-server --requirepass {WEAK}",
    "MySQL": f"mysql -uroot -p{WEAK}",
}

NAMES = (
    "DB_PASS REDIS_AUTH TELEGRAM_TOKEN PASSWD PRIVATE_KEY API_KEY BINANCE_SECRET PGPASS DATABASE_DSN MasterUserPassword redis-auth"
    " STRIPE_SIGNING_KEY JWT_SECRET dbPassword SECRET_KEY AWS_SECRET_ACCESS_KEY db_pwd SMTP_PW apiToken clientSecret WEBHOOK_URL"
    " DATABASE_PASSWORD1 GITHUB_PAT DB_CREDS PRIVATE_KEY_PEM dbpassword /app/db-password"
)

HARMLESS_NAMES = (
    "DATABASE_SECRET_ARN SecretId KmsKeyId KeyPolicy Key PasswordLength TargetKeyId SECRET_NAME KeyUsage AuthorizationType S3Key Author"
    " SecretTargetAttachment GenerateStringKey PGHOST UVICORN_TIMEOUT_KEEP_ALIVE FORWARDED_ALLOW_IPS"
)

HARMLESS = (
    "${DataStack.Postgres.MasterUserSecret.SecretArn}:password::",
    "{{resolve:secretsmanager:${DataStack.RedisAuthTokenSecret}:SecretString:::}}",
    "arn:aws:secretsmanager:ap-southeast-2:111111111111:secret:tradingbot-ai/production/secret-key-AbCd12",
    "02b51ab524e7bcf8f477de3e71e5f9a72e448301b26ba62e9e75a14f9c55a093.zip",
    f"public.ecr.aws/docker/library/python:3.13@sha256:{'0a1b' * 16}",
    "arn:aws:kms:ap-southeast-2:111111111111:key/1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f",
    "1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f",
    "eipalloc-0a1b2c3d4e5f6a7b8",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "ServiceStackApiServiceTaskCountTargetMemoryC4E8E402",
    "secretsmanager:GetSecretValue",
    "Address of the database; the password is in the secret of RDS",
    "cron(0 20 ? * MON-FRI *)",
    "postgresql://tradingbot@${DataStack.Postgres.Endpoint.Address}:5432/tradingbot",
)


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
def test_a_token_is_known_by_its_form(token: str) -> None:
    assert kind_of_secret(token)
    assert kind_of_secret(f"uses {token} for now")


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES.keys())
def test_a_weak_password_is_known_by_what_stands_beside_it(phrase: str) -> None:
    assert kind_of_secret(phrase)


@pytest.mark.parametrize("text", HARMLESS, ids=str)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert kind_of_secret(text) is None


@pytest.mark.parametrize("name", NAMES.split())
def test_a_name_says_that_its_value_is_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", HARMLESS_NAMES.split())
def test_a_name_of_something_about_a_secret_does_not(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize("alphabet", [string.ascii_letters + string.digits, string.ascii_lowercase + string.digits, "0123456789abcdef"])
def test_nearly_every_random_text_of_32_characters_is_found(alphabet: str) -> None:
    source = random.Random(1)  # noqa: S311 - the same texts each time
    found = sum(kind_of_secret("".join(source.choices(alphabet, k=32))) is not None for _ in range(1000))
    assert found >= 970


def test_no_template_of_any_environment_holds_one(assembly: Assembly) -> None:
    assert set(judge(no_secrets, assembly).values()) == {Status.PASS}


def test_a_commits_hash_is_a_good_image_tag(synthesize: Synthesize) -> None:
    assembly = synthesize("production", image_tag="3f786850e387550fdab836ed7e6dc881de23001b")
    assert set(judge(no_secrets, assembly).values()) == {Status.PASS}


def test_a_project_may_have_digits_in_its_name(synthesize: Synthesize) -> None:
    assert set(judge(no_secrets, synthesize("production", project="web3bot2go")).values()) == {Status.PASS}


TASK = "AWS::ECS::TaskDefinition"

PLACES: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "an environment variable": lambda text: (TASK, {"ContainerDefinitions": [{"Environment": [{"Name": "MODE", "Value": text}]}]}),
    "a command": lambda text: (TASK, {"ContainerDefinitions": [{"Command": ["server", text]}]}),
    "an entry point": lambda text: (TASK, {"ContainerDefinitions": [{"EntryPoint": ["sh", "-c", text]}]}),
    "a health check": lambda text: (TASK, {"ContainerDefinitions": [{"HealthCheck": {"Command": ["CMD-SHELL", text]}}]}),
    "a label": lambda text: (TASK, {"ContainerDefinitions": [{"DockerLabels": {"note": text}}]}),
    "a parameter of Systems Manager": lambda text: ("AWS::SSM::Parameter", {"Name": "/app/mode", "Type": "String", "Value": text}),
    "a function's variable": lambda text: ("AWS::Lambda::Function", {"Environment": {"Variables": {"MODE": text}}}),
    "a function's code": lambda text: ("AWS::Lambda::Function", {"Code": {"ZipFile": f"const mode = '{text}'"}}),
    "user data": lambda text: ("AWS::EC2::Instance", {"UserData": {"Fn::Base64": {"Fn::Sub": f"#!/bin/sh\necho {text}\n"}}}),
    "a state machine": lambda text: ("AWS::StepFunctions::StateMachine", {"Definition": {"States": {"One": {"Comment": text}}}}),
    "a tag": lambda text: ("AWS::KMS::Key", {"Tags": [{"Key": "Note", "Value": text}]}),
    "a description": lambda text: ("AWS::IAM::Role", {"Description": text}),
    "a dashboard": lambda text: ("AWS::CloudWatch::Dashboard", {"DashboardBody": json.dumps({"widgets": [{"markdown": text}]})}),
    "a condition that only CloudFormation decides": lambda text: ("AWS::IAM::Role", {"Description": {"Fn::If": ["Live", text, ""]}}),
    "two halves": lambda text: ("AWS::IAM::Role", {"Description": {"Fn::Join": ["", [text[:4], text[4:]]]}}),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("text", [TOKENS["AWS"], RANDOM])
def test_it_is_found_wherever_text_stands(place: Callable[[str], tuple[str, dict[str, Any]]], text: str) -> None:
    resource_type, properties = place(text)
    assert judge(no_secrets, assembly_of({"One": resource(resource_type, properties)}))["One"] is Status.FAIL


@pytest.mark.parametrize(
    "properties",
    [
        {"ContainerDefinitions": [{"Environment": [{"Name": "DB_PASS", "Value": WEAK}]}]},
        {"ContainerDefinitions": [{"Command": ["server", "--password", WEAK]}]},
        {"ContainerDefinitions": [{"DockerLabels": {"token": WEAK}}]},
        {"Environment": {"Variables": {"BINANCE_API_SECRET": WEAK}}},
        {"Tags": [{"Key": "Password", "Value": WEAK}]},
        {"MasterUserPassword": WEAK},
        {"Password": 12345678},
        {"SecretString": WEAK},
    ],
    ids=str,
)
def test_a_weak_one_is_found_by_its_name(properties: dict[str, Any]) -> None:
    assert judge(no_secrets, assembly_of({"One": resource(TASK, properties)}))["One"] is Status.FAIL


@pytest.mark.parametrize(
    "section",
    [
        {"Outputs": {"DbPassword": {"Value": WEAK}}},
        {"Outputs": {"Address": {"Value": TOKENS["Slack, a webhook"]}}},
        {"Parameters": {"DbPassword": {"Type": "String", "Default": WEAK}}},
        {"Mappings": {"ByStage": {"live": {"token": WEAK}}}},
        {"Metadata": {"note": f"password={WEAK}"}},
        {"Description": f"password={WEAK}"},
    ],
    ids=str,
)
def test_it_is_found_beside_the_resources(section: dict[str, Any]) -> None:
    assembly = assembly_of({})
    templates = {"Stack": {**assembly.templates["Stack"], **section}}
    assert judge(no_secrets, replace(assembly, templates=templates))["Stack"] is Status.FAIL


def test_no_judgement_of_any_rule_repeats_it(production: Assembly) -> None:
    templates = deepcopy(dict(production.templates))
    (task,) = (each for each in templates["ServiceStack"]["Resources"].values() if each["Type"] == TASK)
    container = task["Properties"]["ContainerDefinitions"][0]
    container["Environment"].append({"Name": "DB_PASS", "Value": WEAK})
    container["Command"] = ["server", "--token", RANDOM]
    container["DockerLabels"] = {TOKENS["AWS"]: TOKENS["GitHub"]}
    secret = next(each for each in templates["DataStack"]["Resources"].values() if each["Type"] == "AWS::SecretsManager::Secret")
    secret["Properties"] |= {"SecretString": WEAK, "Description": f"from https://admin:{WEAK}@example.com/"}
    evaluation = evaluate(replace(production, templates=templates), RULES.values())
    shown = str([judgement.observations for judgement in evaluation.judgements])
    assert [secret for secret in (WEAK, RANDOM, TOKENS["AWS"], TOKENS["GitHub"]) if secret in shown] == []
    assert "not shown" in shown
