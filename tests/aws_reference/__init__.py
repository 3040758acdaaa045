"""Templates against what AWS publishes: its IAM actions, its limits, the names of what it manages."""
