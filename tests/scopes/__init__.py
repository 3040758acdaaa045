"""A test application with one stack of each kind that the design has none of yet: account, and two further regions."""
