"""The document's ways to save, computed by synthesizing them or from rates."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.compliance.builders import assembly_of, resource
from tests.conftest import Synthesize
from tests.cost.account import detector, with_account
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, estimated, line
from tradingbot_infra.config.settings import flat, load_config
from tradingbot_infra.cost.estimate import Prices
from tradingbot_infra.cost.savings import Alternative, Saving, Savings, SavingStatus, savings
from tradingbot_infra.cost.scenarios import ACCOUNT_SCENARIOS, SETTINGS_SCENARIOS


@pytest.fixture(scope="module")
def saved(synthesize: Synthesize) -> "Saved":
    return Saved(synthesize)


class Saved:
    """Every saving of an environment by its id, computed with the CDK's templates."""

    def __init__(self, synthesize: Synthesize) -> None:
        self._synthesize = synthesize

    def all_of(self, environment: str, prices: Prices, refused: Mapping[str, str], /, **overrides: object) -> Savings:
        """The savings at the prices of a table. `refused` are settings that a control refuses, by name."""

        def alternative(settings: Mapping[str, object]) -> Alternative:
            controls = tuple(control for name, control in refused.items() if name in settings)
            assembly = self._synthesize(environment, **{**overrides, **settings})
            return Alternative(assembly, estimated(assembly, prices, environment), controls)

        return savings(alternative({}), prices.chosen, flat(load_config(environment, overrides)), alternative)

    def of(self, environment: str, prices: Prices, **overrides: object) -> dict[str, Saving]:
        """Each by its id."""
        return {saving.scenario.id: saving for saving in self.all_of(environment, prices, {}, **overrides).each}


@pytest.mark.parametrize(
    ("identifier", "monthly", "yearly"),
    [
        ("single_nat", "41.37", "496.44"),
        ("nat_instance", "79.58", "954.96"),
        ("rds_reserved_1y", "2.11", "25.36"),
        ("rds_reserved_3y", "10.03", "120.36"),
        ("fargate_savings_plan", "14.69", "176.28"),
        ("out_of_hours", "48.21", "578.52"),
    ],
)
def test_production_saves_at_the_documents_prices(saved: Saved, identifier: str, monthly: str, yearly: str) -> None:
    saving = saved.of("production", AT_DOCUMENT)[identifier]
    assert (saving.status, str(saving.monthly), str(saving.yearly)) == (SavingStatus.SAVES, monthly, yearly)
    assert saving.unpriced == ()


def test_every_scenario_has_the_documents_figure_and_a_risk(saved: Saved) -> None:
    found = saved.of("production", AT_LIST)
    assert list(found) == [
        "single_nat",
        "nat_instance",
        "rds_reserved_1y",
        "rds_reserved_3y",
        "fargate_savings_plan",
        "out_of_hours",
    ]
    for saving in found.values():
        assert "about" in saving.scenario.documented
        assert saving.scenario.risk.endswith(".")


def test_a_scenario_that_holds_already_saves_nothing_more(saved: Saved) -> None:
    found = saved.of("development", AT_LIST)
    already = {identifier for identifier, saving in found.items() if saving.status is SavingStatus.ALREADY}
    assert already == {"single_nat", "out_of_hours"}
    assert all(found[identifier].monthly is None for identifier in already)


def test_a_reservation_is_compared_with_hours_of_the_same_table(saved: Saved, synthesize: Synthesize) -> None:
    listed = saved.of("production", AT_LIST)
    on_demand = line(estimated(synthesize("production"), AT_LIST), "rds.instance").monthly * 12
    assert listed["rds_reserved_1y"].yearly == on_demand - Decimal("367.96")
    assert listed["rds_reserved_1y"].note == "Priced as partial upfront: the table has no price of all upfront."
    assert saved.of("production", AT_DOCUMENT)["rds_reserved_1y"].note == ""
    # The document reserves a db.t3.micro with a standby; of anything else it knows no price.
    other = saved.of("production", AT_DOCUMENT, db_multi_az=False)
    assert other["rds_reserved_1y"].status is SavingStatus.NO_PRICE


def test_what_the_chosen_table_does_not_price_it_cannot_make_cheaper(saved: Saved) -> None:
    # The document knows the price of one task size only; the plan's rate is not for AWS's prices of another.
    assert saved.of("production", AT_DOCUMENT, cpu_architecture="ARM64")["fargate_savings_plan"].status is SavingStatus.NO_PRICE
    database = {
        "Engine": "mysql",
        "DBInstanceClass": "db.t3.micro",
        "MultiAZ": True,
        "AllocatedStorage": "20",
        "StorageType": "gp3",
        "BackupRetentionPeriod": 7,
    }
    assembly = assembly_of({"Database": resource("AWS::RDS::DBInstance", database)})
    base = estimated(assembly, AT_DOCUMENT)
    same = Alternative(assembly, base)
    found = savings(same, AT_DOCUMENT.chosen, flat(load_config("production")), lambda _: same)
    assert next(saving for saving in found.each if saving.scenario.id == "rds_reserved_1y").status is SavingStatus.NO_PRICE


def test_a_savings_plan_without_a_rate_has_no_price(saved: Saved) -> None:
    assert saved.of("production", AT_LIST)["fargate_savings_plan"].status is SavingStatus.NO_PRICE


def test_a_saving_names_what_it_adds_without_a_price(synthesize: Synthesize) -> None:
    bare = Prices(AT_DOCUMENT.chosen, AT_DOCUMENT.chosen)

    def alternative(settings: Mapping[str, object]) -> Alternative:
        assembly = synthesize("production", **settings)
        return Alternative(assembly, estimated(assembly, bare))

    found = savings(alternative({}), bare.chosen, flat(load_config("production")), alternative)
    endpoints = next(saving for saving in found.each if saving.scenario.id == "vpc_endpoints")
    assert endpoints.unpriced == (
        "VPC endpoints: 4 interface endpoints, 8 with their zones",
        "VPC endpoints: The application's log",
        "VPC endpoints: 2 endpoints for telemetry, 4 with their zones",
        "VPC endpoints: Traces and metrics",
    )


def test_what_costs_more_is_no_saving(saved: Saved) -> None:
    assert "vpc_endpoints" not in saved.of("production", AT_LIST)


def test_a_refused_scenario_names_its_control_and_is_not_combined(saved: Saved) -> None:
    refused = {"nat_gateways": "SOC2-A1.2-a", "nat_type": "NET", "scale_down_out_of_hours": "HOURS"}
    found = saved.all_of("production", AT_DOCUMENT, refused)
    nat = next(saving for saving in found.each if saving.scenario.id == "single_nat")
    assert (nat.status, nat.refused_by, str(nat.monthly)) == (SavingStatus.REFUSED, ("SOC2-A1.2-a",), "41.37")
    assert found.combined is not None
    assert [scenario.id for scenario in found.combined.scenarios] == ["rds_reserved_3y", "fargate_savings_plan"]
    assert str(found.combined.monthly) == "24.72"


def test_allowed_scenarios_are_synthesized_together_and_not_added_up(saved: Saved) -> None:
    found = saved.all_of("production", AT_DOCUMENT, {})
    assert found.combined is not None
    ids = [scenario.id for scenario in found.combined.scenarios]
    assert ids == ["nat_instance", "out_of_hours", "single_nat", "rds_reserved_3y", "fargate_savings_plan"]
    alone = sum((saving.monthly for saving in found.each if saving.scenario.id in ids and saving.monthly), Decimal(0))
    assert found.combined.monthly < alone
    settings = {"nat_gateways": 1, "nat_type": "instance", "scale_down_out_of_hours": True, "trading_alarms": False}
    together = saved.of("production", AT_DOCUMENT, **settings)
    assert {together[name].status for name in ("single_nat", "nat_instance", "out_of_hours")} == {SavingStatus.ALREADY}


def test_scenarios_that_are_refused_only_together_are_combined_without_the_smaller(synthesize: Synthesize) -> None:
    def alternative(settings: Mapping[str, object]) -> Alternative:
        assembly = synthesize("production", **settings)
        both = {"nat_type", "nat_gateways"} <= set(settings)
        return Alternative(assembly, estimated(assembly, AT_DOCUMENT), ("BOTH",) if both else ())

    found = savings(alternative({}), AT_DOCUMENT.chosen, flat(load_config("production")), alternative)
    assert found.combined is not None
    assert "single_nat" not in [scenario.id for scenario in found.combined.scenarios]


def test_settings_that_do_not_go_together_are_refused_without_an_estimate(synthesize: Synthesize) -> None:
    def alternative(settings: Mapping[str, object]) -> Alternative:
        if settings:
            return Alternative(None, None, ("nat_type: must stay",))
        return Alternative(synthesize("production"), estimated(synthesize("production"), AT_LIST))

    settings = flat(load_config("production", {"account_security": "none"}))
    found = savings(alternative({}), AT_LIST.chosen, settings, alternative)
    refused = {saving.scenario.id for saving in found.each if saving.refused_by == ("nat_type: must stay",)}
    assert refused == {scenario.id for scenario in SETTINGS_SCENARIOS}


def test_every_change_names_real_settings() -> None:
    settings = flat(load_config("production"))
    for scenario in SETTINGS_SCENARIOS:
        assert set(scenario.settings) <= set(settings)
        assert all(settings[name] != value for name, value in scenario.settings.items()), scenario.id


ACCOUNT = {
    "Detector": detector(),
    "Recorder": resource("AWS::Config::ConfigurationRecorder", {}),
    "Inspector": resource("Custom::InspectorEnable"),
}


def saved_of_account(refused: Mapping[str, str], **overrides: object) -> Savings:
    """The savings of an environment of which only the account's part is made by hand. `refused` is as of `Saved.all_of`."""
    without = {"guardduty": "Detector", "config_recorder": "Recorder", "inspector_images": "Inspector"}

    def alternative(settings: Mapping[str, object]) -> Alternative:
        off = {name for name, value in settings.items() if value in ("off", False)}
        gone = {without[name] for name in off if name in without}
        assembly = with_account({name: body for name, body in ACCOUNT.items() if name not in gone})
        return Alternative(assembly, estimated(assembly, AT_LIST), tuple(control for name, control in refused.items() if name in off))

    return savings(alternative({}), AT_LIST.chosen, flat(load_config("production", overrides)), alternative)


def test_parts_of_the_accounts_security_are_savings_where_this_environment_deploys_them() -> None:
    found = saved_of_account({"guardduty": "PCI"}, account_security="ours")
    each = {saving.scenario.id: saving for saving in found.each}
    assert each["no_guardduty"].status is SavingStatus.REFUSED
    assert each["no_config"].status is SavingStatus.SAVES
    assert each["no_config"].monthly == Decimal("1.20")
    assert "no_insights" not in each, "nothing here costs less without it"
    assert each["no_config"].note.startswith("Only exceptions then: CIS-3.3, ")
    assert each["no_guardduty"].note == "", "it is refused, and the controls say by what"
    assert found.combined is None, "nobody is advised to save at what watches the account"


@pytest.mark.parametrize("overrides", [{"account_security": "none"}, {"account_stacks": "false", "account_security": "ours"}])
def test_another_environment_cannot_save_what_it_does_not_pay(overrides: Mapping[str, object]) -> None:
    found = saved_of_account({}, **overrides)
    assert not {scenario.id for scenario in ACCOUNT_SCENARIOS} & {saving.scenario.id for saving in found.each}
