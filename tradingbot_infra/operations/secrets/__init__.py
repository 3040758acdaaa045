"""The application's secrets: what state they are in, how values reach them, how they go and come back. Nothing here shows a value."""
