"""cfn-lint over every template of every environment: an error or a warning fails; .cfnlintrc.yaml says what is left out, and why."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import PROJECT_ROOT, Synthesize
from tests.shifting import BLUE_GREEN, CANARY
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.templates import Assembly, Template

VARIANTS: dict[str, dict[str, object]] = {
    "https": {"certificate_arn": "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"},
    "blue-green": BLUE_GREEN,
    "canary": CANARY,
    "nat-instance": {"nat_type": "instance"},
    "github": {"github_repository": "acme/infra", "github_owner_id": "11", "github_repository_id": "22"},
    "account": {"account_security": "ours", "unused_access_days": 90, "guardduty_runtime_monitoring": True},
    "image": {"image_tag": "v1", "alarm_emails": "desk@example.com", "ecr_pull_accounts": "111111111111"},
}


def write(templates: Mapping[str, Template], directory: Path) -> list[Path]:
    """Templates as files, one for each name."""
    files = [directory / f"{name}.template.json" for name in templates]
    for file, template in zip(files, templates.values(), strict=True):
        file.write_text(json.dumps(template))
    return files


def lint(templates: list[Path]) -> list[str]:
    """What cfn-lint finds, as the project configures it."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "parseable", *map(str, templates)]
    found = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert found.stderr == ""
    return found.stdout.splitlines()


def test_templates_of_every_environment_and_option_are_clean(synthesize: Synthesize, tmp_path: Path) -> None:
    assemblies: dict[str, Assembly] = {name: synthesize(name) for name in ENVIRONMENTS}
    assemblies |= {variant: synthesize("production", **overrides) for variant, overrides in VARIANTS.items()}
    templates = {f"{name}-{stack}": template for name, assembly in assemblies.items() for stack, template in assembly.templates.items()}
    distinct = {json.dumps(template): name for name, template in reversed(templates.items())}
    assert len(distinct) >= 4 * len(ENVIRONMENTS) + len(VARIANTS)
    assert lint(write({name: templates[name] for name in distinct.values()}, tmp_path)) == []


def test_a_template_that_rds_would_refuse_is_not_clean(production: Assembly, tmp_path: Path) -> None:
    (data,) = write({"data": production.templates["DataStack"]}, tmp_path)
    data.write_text(data.read_text().replace('"15.19"', '"15.5"'))
    assert any(":W3691:" in line or ":E3691:" in line for line in lint([data]))


def test_every_rule_left_out_has_its_reason_beside_it() -> None:
    lines = (PROJECT_ROOT / ".cfnlintrc.yaml").read_text().splitlines()
    left_out = [line for line in lines if re.match(r"\s+- [EWI]\d", line)]
    assert left_out
    assert all(len(line.partition("#")[2]) > 30 for line in left_out)
