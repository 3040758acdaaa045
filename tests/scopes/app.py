"""The project's own application with the rows of the test application added, for the CDK CLI: `python -m tests.scopes.app`."""

import sys
from datetime import UTC, datetime

import app
from tests.scopes.rows import OUTPUTS, ROWS
from tradingbot_infra.compliance.allowed import outputs
from tradingbot_infra.design import stacks

if __name__ == "__main__":
    stacks.STACKS = (*stacks.STACKS, *ROWS)
    outputs.OUTPUTS = {**outputs.OUTPUTS, **OUTPUTS}
    sys.exit(app.main(datetime.now(UTC).date()))
