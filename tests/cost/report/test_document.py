"""The JSON documents follow their schemas and have the values of the estimate."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import tradingbot_infra.cost.report
from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, estimated
from tests.cost.report.sample import difference_of, document_of
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.estimate import Prices
from tradingbot_infra.cost.report.document import Asked, estimate_document, made_with, subject

HERE = Path(tradingbot_infra.cost.report.__file__).parent
SCHEMA, DIFF_SCHEMA = (json.loads((HERE / name).read_text(encoding="utf-8")) for name in ("schema.json", "diff_schema.json"))
REGISTRY: Registry = Registry().with_resource("schema.json", Resource.from_contents(SCHEMA))

BOTH = pytest.mark.parametrize("prices", [AT_DOCUMENT, AT_LIST], ids=["document", "list"])


def problems(schema: dict[str, Any], document: object) -> list[str]:
    """What a document has against a schema."""
    return [error.message for error in Draft202012Validator(schema, registry=REGISTRY).iter_errors(json.loads(json.dumps(document)))]


@BOTH
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_estimate_keeps_to_its_schema(synthesize: Synthesize, environment: str, prices: Prices) -> None:
    assert problems(SCHEMA, document_of(synthesize, environment, prices)) == []


@BOTH
def test_the_difference_keeps_to_its_schema(synthesize: Synthesize, prices: Prices) -> None:
    assert problems(DIFF_SCHEMA, difference_of(synthesize, prices)) == []


def test_the_schemas_notice_what_is_missing_or_unknown(synthesize: Synthesize) -> None:
    document, difference = document_of(synthesize, "production", AT_LIST), difference_of(synthesize, AT_LIST)
    assert problems(SCHEMA, {**document, "more": 1}) != []
    assert problems(SCHEMA, {**document, "monthly": 296.02}) != []
    assert problems(SCHEMA, {key: value for key, value in document.items() if key != "unpriced"}) != []
    assert problems(DIFF_SCHEMA, {**difference, "changes": [{"kind": "added"}]}) != []


def test_money_adds_up_in_the_document_too(synthesize: Synthesize) -> None:
    document = document_of(synthesize, "production", AT_DOCUMENT)
    documented, others = document["parts"]
    assert (documented["monthly"], documented["yearly"]) == ("252.47", "3029.64")
    for part in document["parts"]:
        assert sum(Decimal(line["monthly"]) for line in part["lines"]) == Decimal(part["monthly"])
    assert Decimal(documented["monthly"]) + Decimal(others["monthly"]) == Decimal(document["monthly"])
    assert "AWS::SageMaker::Endpoint" in [each["what"] for each in document["unpriced"]]


def test_the_same_templates_and_prices_give_the_same_document(synthesize: Synthesize) -> None:
    assert document_of(synthesize, "production", AT_LIST) == document_of(synthesize, "production", AT_LIST)


def test_the_difference_is_head_minus_base(synthesize: Synthesize) -> None:
    document = difference_of(synthesize, AT_LIST)
    moved = sum(Decimal(change["difference"]) for change in document["changes"])
    assert moved == Decimal(document["difference"]) == Decimal(document["head"]) - Decimal(document["base"])
    (unpriced,) = [each for each in document["unpriced"] if each["kind"] != "unchanged"]
    assert (unpriced["kind"], unpriced["what"]) == ("added", "AWS::SageMaker::Endpoint")


def test_the_document_names_what_c_changed_with_the_value_of_environments(synthesize: Synthesize) -> None:
    estimate = estimated(synthesize("production"), AT_LIST)
    changed = load_config("production", {"nat_gateways": "1"})
    document = estimate_document(changed, estimate, AT_LIST, Asked(), given=["nat_gateways"])
    assert document["settings"] == [{"name": "nat_gateways", "value": "1", "declared": "2"}]
    assert subject(document) == "production with nat_gateways=1"
    assert made_with(document) == "Made with -c nat_gateways=1 (environments.py: 2)"
    assert problems(SCHEMA, document) == []


def test_the_document_names_what_c_gave_even_as_it_was(synthesize: Synthesize) -> None:
    estimate = estimated(synthesize("production"), AT_LIST)
    document = estimate_document(load_config("production"), estimate, AT_LIST, Asked(), given=["nat_gateways"])
    assert subject(document) == "production"
    assert made_with(document) == "Made with -c nat_gateways=2 (environments.py: 2)"
    assert made_with({**document, "settings": []}) == "Made with the settings of environments.py, without -c"


def test_services_of_two_environments_add_up_to_both(synthesize: Synthesize) -> None:
    compared = document_of(synthesize, "production", AT_LIST)["compared"]
    for side in ("base", "head"):
        assert sum(Decimal(each[side]) for each in compared["services"]) == Decimal(compared[side])


def test_the_bill_stands_beside_the_estimate_by_its_own_services(synthesize: Synthesize) -> None:
    document = document_of(synthesize, "production", AT_LIST)
    services = {each["service"]: each for each in document["actual"]["services"]}
    assert services["EC2 - Other"]["billed"] == ["101.50", "95.00"]
    assert services["Amazon Braket"] == {"service": "Amazon Braket", "estimated": "0.00", "billed": ["1.25", "0.00"]}
    assert sum(Decimal(each["estimated"]) for each in services.values()) == Decimal(document["monthly"])
    assert document["actual"]["months"][0] == {
        "start": "2026-10-01",
        "end": "2026-11-01",
        "billed": "102.75",
        "untagged": "0.50",
        "others": "80.25",
    }
