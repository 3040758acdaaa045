"""Exceptions of secrets in Secrets Manager: rotation, and what is deleted with the stack."""

from tradingbot_infra.compliance.exception import ComplianceException, equal, on
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import DATABASE_MASTER, DATABASE_URL, PROVIDER_SECRETS, REDIS_AUTH_TOKEN, TEAM_SECRETS

_ROTATION = ("sm.rotation", "AwsSolutions-SMG4", "NIST.800.53.R5-SecretsManagerRotationEnabled")

ENTRIES = (
    ComplianceException(
        id="database-url-holds-no-credential",
        rules=_ROTATION,
        paths=(DATABASE_URL,),
        mechanism="The secret holds the address of the database; there is nothing in it to rotate",
        consequence="None",
        compensation="User and password are in RDS's own secret, which RDS rotates every seven days",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="remade-secrets",
        rules=("cfn.protected",),
        paths=(DATABASE_URL,),
        mechanism="The secret with the database's address is deleted with its stack",
        consequence="None: the next deployment writes the same address again",
        compensation="The database that it names is kept, or leaves a snapshot",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="vendor-secrets-rotate-by-hand",
        rules=_ROTATION,
        paths=PROVIDER_SECRETS,
        mechanism="Exchange, model and messaging providers issue these keys on their own pages; no program can rotate them",
        consequence="A stolen key works until somebody replaces it",
        compensation="People replace them every 90 days and limit each at its provider to our egress addresses (docs/operations.md)",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="own-secrets-rotate-by-hand",
        rules=_ROTATION,
        paths=TEAM_SECRETS,
        mechanism="They sign sessions, authenticate webhooks and encrypt stored keys; an automatic change would make data unreadable",
        consequence="A stolen secret works until somebody replaces it",
        compensation="People replace them together with the application, which re-encrypts what it stored",
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
    ComplianceException(
        id="database-password-goes-with-its-database",
        rules=("cfn.protected",),
        paths=(DATABASE_MASTER,),
        when=(equal("db_credentials", "self-managed"),),
        mechanism="The password belongs to the database and is deleted with it",
        consequence="A database that is restored from a snapshot needs a new password",
        compensation="RDS sets one without the old one (docs/operations.md, Restore the database)",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="database-password-rotates-by-hand",
        rules=_ROTATION,
        paths=(DATABASE_MASTER,),
        when=(equal("db_credentials", "self-managed"), TEST_DATA_ONLY),
        mechanism="RDS rotates only a password that it manages, and a database with such a one can have no read replica",
        consequence="A stolen password works until somebody replaces it",
        compensation="Only the tasks can reach the database; tests hold nothing that is worth it",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="redis-token-rotates-by-hand",
        rules=_ROTATION,
        paths=(REDIS_AUTH_TOKEN,),
        when=(on("enable_redis"), on("redis_transit_encryption")),
        mechanism="ElastiCache takes a new AUTH token in two steps around a restart of the clients; no managed rotation does this",
        consequence="A stolen token works until somebody replaces it",
        compensation="Only the tasks can reach the cache (net.sg_data_tier_from_app)",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="cache-token-goes-with-its-cache",
        rules=("cfn.protected",),
        paths=(REDIS_AUTH_TOKEN,),
        when=(on("enable_redis"), on("redis_transit_encryption")),
        mechanism="The AUTH token belongs to the cache and is deleted with it",
        consequence="A new cache has another token",
        compensation="Tasks read the token when they start, and nobody else has it",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
