"""Words that are no name of a database or a user, because PostgreSQL or RDS keeps them."""

_KEYWORDS = """
all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default
deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner
intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order
outer overlaps placing primary references returning right select session_user similar some symmetric table tablesample then to trailing
true union unique user using variadic verbose when where window with
"""

KEYWORDS = frozenset(_KEYWORDS.split())
"""Reserved key words of PostgreSQL 15, those that can be functions or types too (PostgreSQL 15, "SQL Key Words")."""

RESERVED_WORDS = KEYWORDS | {"admin"}
"""RDS takes none of these as a DBName or MasterUsername. `admin` is no key word, but RDS refuses it (awslabs/aws-saas-boost#180)."""
