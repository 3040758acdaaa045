"""The application's secrets: their state, how values are written, how they are deleted and restored. Nothing here shows a value."""
