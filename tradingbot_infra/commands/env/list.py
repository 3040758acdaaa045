"""`env list`: the environments."""

from tradingbot_infra.commands.console import print_json, print_rows
from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import Json
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import flat, load_config

_HEADINGS = ("ENVIRONMENT", "REGION", "TASKS", "DATABASE", "OTHER THAN PRODUCTION")


@report_errors
def list_environments(json: Json = False) -> None:
    """Show every environment and how far it is from production. Reaches no account."""
    configs = {name: load_config(name) for name in ENVIRONMENTS}
    base = flat(configs["production"])
    differing = {name: [key for key, value in flat(config).items() if value != base[key]] for name, config in configs.items()}
    if json:
        rows = [{"environment": name, "differs_from_production": keys} for name, keys in differing.items()]
        print_json({"environments": rows})
        return
    print_rows(
        [
            _HEADINGS,
            *(
                (
                    name,
                    config.network.region,
                    f"{config.scaling.min_tasks} to {config.scaling.max_tasks}",
                    f"{config.database.db_instance_class}{', two zones' if config.database.db_multi_az else ''}",
                    f"{len(differing[name])} of {len(base)} settings" if differing[name] else "-",
                )
                for name, config in configs.items()
            ),
        ]
    )
