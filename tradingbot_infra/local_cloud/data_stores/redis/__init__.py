"""One Redis server in the place of an ElastiCache replication group: its settings, and the server."""
