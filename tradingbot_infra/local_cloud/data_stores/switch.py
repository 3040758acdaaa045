"""Whether RDS and ElastiCache start servers. Without, their endpoints are only names."""

import os

VARIABLE = "LOCAL_CLOUD_DATA_STORES"
"""Environment variable of the server's process; 1 starts PostgreSQL and Redis."""


def is_on() -> bool:
    """Whether this local cloud was started with data stores."""
    return os.environ.get(VARIABLE) == "1"
