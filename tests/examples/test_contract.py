"""Usual libraries take the variables of the production container as they are: real servers, TLS forced, AUTH on.

Each runs in a process of its own that has these variables and no other.
"""

import subprocess
import sys

import pytest

from tests.data_stores import USER, Stores
from tests.examples.container import authority_of, environment_of
from tradingbot_infra.templates import Assembly

pytestmark = pytest.mark.local_cloud

WHO = "SELECT usename || ' ' || ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE pid = pg_backend_pid()"

PSYCOPG = f"""
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute({WHO!r}).fetchone()[0])
"""

PSYCOPG_WITHOUT_AN_ADDRESS = PSYCOPG.replace('os.environ["DATABASE_URL"]', "")

ASYNCPG = f"""
import asyncio, os, asyncpg
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    print(await connection.fetchval({WHO!r}))
    await connection.close()
asyncio.run(main())
"""

ASYNCPG_WITHOUT_AN_ADDRESS = ASYNCPG.replace('os.environ["DATABASE_URL"]', "")

SQLALCHEMY_WITH_PSYCOPG = f"""
import os, sqlalchemy
url = sqlalchemy.make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+psycopg")
with sqlalchemy.create_engine(url).connect() as connection:
    print(connection.scalar(sqlalchemy.text({WHO!r})))
"""

SQLALCHEMY_WITH_ASYNCPG = f"""
import asyncio, os, sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine
async def main():
    engine = create_async_engine(sqlalchemy.make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        print(await connection.scalar(sqlalchemy.text({WHO!r})))
    await engine.dispose()
asyncio.run(main())
"""

POSTGRES_CLIENTS = {
    "psycopg": PSYCOPG,
    "psycopg by PGHOST and others": PSYCOPG_WITHOUT_AN_ADDRESS,
    "asyncpg": ASYNCPG,
    "asyncpg by PGHOST and others": ASYNCPG_WITHOUT_AN_ADDRESS,
    "SQLAlchemy with psycopg": SQLALCHEMY_WITH_PSYCOPG,
    "SQLAlchemy with asyncpg": SQLALCHEMY_WITH_ASYNCPG,
}

PYDANTIC = """
import os, pydantic
from pydantic.v1 import BaseModel, PostgresDsn
class Old(BaseModel):
    url: PostgresDsn
url = os.environ["DATABASE_URL"]
print(Old(url=url).url == str(pydantic.TypeAdapter(pydantic.PostgresDsn).validate_python(url)) == url)
"""

REDIS = """
import os, redis
client = redis.Redis(host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]),
                     ssl=os.environ["REDIS_TLS"] == "true", password=os.environ["REDIS_AUTH_TOKEN"])
client.set("contract", "kept")
print(client.get("contract").decode(), client.connection_pool.connection_class.__name__)
"""

REDIS_BY_AN_ADDRESS = """
import os, redis
client = redis.from_url("rediss://{REDIS_HOST}:{REDIS_PORT}/0".format(**os.environ), password=os.environ["REDIS_AUTH_TOKEN"])
client.set("contract", "kept")
print(client.get("contract").decode(), client.connection_pool.connection_class.__name__)
"""


def printed_by(program: str, environment: dict[str, str]) -> str:
    """What a program prints that has these variables only."""
    result = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.parametrize("client", POSTGRES_CLIENTS)
def test_a_client_of_postgresql_logs_in_over_tls(client: str, production: Assembly, stores: Stores) -> None:
    assert printed_by(POSTGRES_CLIENTS[client], environment_of(production, stores)) == f"{USER} true"


def test_without_tls_the_server_refuses_whoever_the_variables_let_in(production: Assembly, stores: Stores) -> None:
    with pytest.raises(AssertionError, match="no encryption"):
        printed_by(PSYCOPG, {**environment_of(production, stores), "PGSSLMODE": "disable"})


def test_without_the_password_of_its_variable_nobody_logs_in(production: Assembly, stores: Stores) -> None:
    with pytest.raises(AssertionError, match="authentication failed"):
        printed_by(PSYCOPG, {**environment_of(production, stores), "PGPASSWORD": "made-up"})


def test_the_query_that_the_address_once_had_is_what_sqlalchemy_hands_on_and_asyncpg_refuses(production: Assembly, stores: Stores) -> None:
    environment = environment_of(production, stores)
    with pytest.raises(AssertionError, match="unexpected keyword argument 'sslmode'"):
        printed_by(SQLALCHEMY_WITH_ASYNCPG, {**environment, "DATABASE_URL": f"{environment['DATABASE_URL']}?sslmode=require"})


def test_old_and_new_pydantic_take_the_address(production: Assembly, stores: Stores) -> None:
    assert printed_by(PYDANTIC, environment_of(production, stores)) == "True"


@pytest.mark.parametrize("program", [REDIS, REDIS_BY_AN_ADDRESS], ids=["host and port", "address"])
def test_a_client_of_redis_logs_in_over_tls(program: str, production: Assembly, stores: Stores) -> None:
    environment = {**environment_of(production, stores), "SSL_CERT_FILE": str(authority_of(stores))}
    assert printed_by(program, environment) == "kept SSLConnection"


def test_redis_refuses_whoever_has_no_token(production: Assembly, stores: Stores) -> None:
    environment = {**environment_of(production, stores), "SSL_CERT_FILE": str(authority_of(stores)), "REDIS_AUTH_TOKEN": "made-up"}
    with pytest.raises(AssertionError, match=r"WRONGPASS|invalid username-password"):
        printed_by(REDIS, environment)
