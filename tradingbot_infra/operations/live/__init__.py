"""What exists in an account now: a reader for each kind of resource. Nothing here judges it."""
