"""What goes wrong with a server."""


class DataStoreError(Exception):
    """A PostgreSQL or Redis server does not do what it should; the message is one line for people."""
