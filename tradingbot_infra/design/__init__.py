"""The design as rows of plain data: names, stacks, secrets, services, parties, connections, support dates. Standard library only."""
