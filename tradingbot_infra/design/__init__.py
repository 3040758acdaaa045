"""The design as rows of plain data: names, stacks, secrets, connections, services, support dates. Standard library only."""
