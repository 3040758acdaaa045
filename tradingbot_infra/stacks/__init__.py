"""How it is deployed: four stacks, each handing typed exports to the ones after it."""
