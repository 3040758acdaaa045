"""A Redis server in the place of an ElastiCache replication group, as a task and boto3 see it."""

import time

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.data_stores import TOKEN, Stores

pytestmark = pytest.mark.local_cloud

MOST_BATCHES = 20
"""Redis picks by samples what to evict, so the first batch need not meet the lock."""

OTHER_TOKEN = "another-token-of-the-tests"  # noqa: S105 - of a server that lives as long as the tests


def test_the_stack_and_elasticache_name_the_same_address_of_this_machine(stores: Stores) -> None:
    api = stores.api("elasticache")
    (group,) = api.describe_replication_groups(ReplicationGroupId=stores.cache)["ReplicationGroups"]
    (shard,) = group["NodeGroups"]
    (node,) = api.describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]
    expected = {"Address": stores.outputs["RedisHost"], "Port": 6379}
    assert stores.outputs["RedisHost"].startswith("127.")
    assert stores.outputs["RedisReader"] == stores.outputs["RedisHost"]
    assert [shard["PrimaryEndpoint"], shard["ReaderEndpoint"], node["CacheNodes"][0]["Endpoint"]] == [expected] * 3


def test_the_token_opens_a_connection_over_tls(stores: Stores) -> None:
    with stores.redis() as client:
        assert client.ping()


def test_without_tls_nobody_gets_in(stores: Stores) -> None:
    with stores.redis(ssl=False) as client, pytest.raises(redis.ConnectionError):
        client.ping()


@pytest.mark.parametrize("password", [None, "another"], ids=["none", "wrong"])
def test_without_the_token_nobody_gets_in(stores: Stores, password: str | None) -> None:
    with stores.redis(password=password) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


@pytest.mark.parametrize("command", ["CONFIG GET maxmemory", "SHUTDOWN NOSAVE", "SAVE", "DEBUG SLEEP 0", "REPLICAOF NO ONE"])
def test_what_elasticache_makes_unavailable_is_an_unknown_command(stores: Stores, command: str) -> None:
    with stores.redis() as client, pytest.raises(redis.ResponseError, match="unknown command"):
        client.execute_command(*command.split())


def test_a_client_cannot_give_itself_another_way_in(stores: Stores) -> None:
    with stores.redis() as client, pytest.raises(redis.exceptions.NoPermissionError):
        client.execute_command("ACL", "SETUSER", "default", "nopass")


def test_a_full_cache_evicts_even_a_lock_that_should_hold_for_an_hour(stores: Stores) -> None:
    with stores.redis() as client:
        memory = client.info("memory")
        assert (memory["maxmemory"], memory["maxmemory_policy"]) == (536_870_912 * 5 // 100, "allkeys-lru")
        assert client.set("lock:trader", "task-1", nx=True, ex=3600)
        for batch in range(MOST_BATCHES):
            if client.get("lock:trader") is None:
                break
            time.sleep(1)  # reading is use, and Redis tells least recent use by the second
            fill(client, batch)
        assert client.set("lock:trader", "task-2", nx=True, ex=3600)
        assert client.info("stats")["evicted_keys"] > 0
        client.flushall()


def fill(client: "redis.Redis", batch: int) -> None:
    """Writes twice what the cache holds."""
    with client.pipeline(transaction=False) as pipeline:
        for number in range(12_000):
            pipeline.set(f"candle:{batch}:{number}", "x" * 4000, ex=600)
        pipeline.execute()


def test_rotating_the_token_lets_both_in_and_setting_it_only_the_new_one(stores: Stores) -> None:
    change(stores, OTHER_TOKEN, "ROTATE")
    assert [gets_in(stores, token) for token in (TOKEN, OTHER_TOKEN)] == [True, True]
    change(stores, OTHER_TOKEN, "SET")
    assert [gets_in(stores, token) for token in (TOKEN, OTHER_TOKEN)] == [False, True]
    change(stores, TOKEN, "SET")
    assert [gets_in(stores, token) for token in (TOKEN, OTHER_TOKEN)] == [True, False]


def change(stores: Stores, token: str, strategy: str) -> None:
    stores.api("elasticache").modify_replication_group(
        ReplicationGroupId=stores.cache, AuthToken=token, AuthTokenUpdateStrategy=strategy, ApplyImmediately=True
    )


def gets_in(stores: Stores, token: str) -> bool:
    with stores.redis(password=token) as client:
        try:
            return bool(client.ping())
        except redis.AuthenticationError:
            return False


def test_a_group_without_transit_encryption_takes_plain_connections_until_it_is_deleted(stores: Stores) -> None:
    api = stores.api("elasticache")
    made = api.create_replication_group(ReplicationGroupId="plain", ReplicationGroupDescription="d", Engine="redis", Port=6380)
    (shard,) = made["ReplicationGroup"]["NodeGroups"]
    where = shard["PrimaryEndpoint"]
    assert where["Port"] == 6380
    client = redis.Redis(host=where["Address"], port=where["Port"], socket_timeout=10, retry=Retry(NoBackoff(), 0))
    assert client.ping()
    api.delete_replication_group(ReplicationGroupId="plain")
    with client, pytest.raises(redis.ConnectionError):
        client.ping()
