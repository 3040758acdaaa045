"""RDS and ElastiCache: a real PostgreSQL and a real Redis, where this machine has them."""
