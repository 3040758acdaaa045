"""One PostgreSQL server in the place of an RDS instance.

    server       its life: created, started, stopped, removed
    files        postgresql.conf and pg_hba.conf
    roles        what RDS puts into a new instance: the master user, its database, rds_superuser
    settings     what the instance is asked to be

Each imports only what is below it. RDS has no superuser for its customers, and neither has this: `rdsadmin` is the local cloud's own.
"""
