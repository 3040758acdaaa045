"""RDS and ElastiCache: a real PostgreSQL and a real Redis, where this machine has them and LOCAL_CLOUD_DATA_STORES asks for them.

    databases       the PostgreSQL server of each RDS instance
    caches          the Redis server of each ElastiCache replication group
    postgres        one PostgreSQL server: its files, its process, its roles
    redis           one Redis server
    places          addresses on which nothing listens
    certificates    the local cloud's own certificate authority
    processes       programs that end with the server, in whatever way it ends
    programs        where PostgreSQL and Redis are installed
    switch          whether to start any
    errors          why one does not start

Every function blocks until it is done, seconds at most: call it from a thread, not from an event loop. None calls an API.
"""
