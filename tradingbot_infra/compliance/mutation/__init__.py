"""The measure of the packs: faults made from the templates themselves, and how many of them our rules stop.

A mutant is an assembly with one resource changed, removed or added. Only our own rules judge it, as plain data: the public packs look at
constructs, and would see no change of a finished template.
"""
