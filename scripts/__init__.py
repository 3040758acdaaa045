"""Commands of the project itself, behind the targets of the Makefile. They may use what requirements-dev.txt brings."""
