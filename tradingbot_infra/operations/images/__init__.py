"""Building and pushing an image: the docker command, and how it reaches the repository."""
