"""Commands of the project itself, behind the targets of the Makefile. They may import packages of requirements-dev.txt."""
