"""`secrets generate`: writes random values into the secrets that the team generates."""

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.secrets.options import DryRun, Replace, Roll, Yes
from tradingbot_infra.commands.secrets.write import WriteOptions, write
from tradingbot_infra.design.secrets import SECRETS

_NAMES = ", ".join(secret.name for secret in SECRETS if secret.generator)
HELP = f"""Generate random values for secrets. Asks before writing.

    The secrets are {_NAMES}. Values go from the operating system's random source to Secrets Manager and are never shown.
    Real values are kept unless --replace names their secret.
    """


@account_command
def generate(
    account: Account,
    replace: Replace = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    roll: Roll = False,
    json: Json = False,
) -> None:
    """Writes a new value into each secret that can be generated and holds a placeholder or may be replaced."""
    from tradingbot_infra.operations.secrets.generation import GENERATED, generated
    from tradingbot_infra.operations.secrets.names import all_named
    from tradingbot_infra.operations.secrets.values import all_held

    replaceable = all_named(replace or (), GENERATED)
    current = all_held(account.session, account.config.names, GENERATED)
    write(account, {secret: generated(secret) for secret in GENERATED}, current, WriteOptions(replaceable, dry_run, yes, roll, json))
