"""Resources that the design states as a whole: every property, and nothing besides.

A monitor or filter is hollow by any of its properties, so a list of what is forbidden never ends. These tables are written beside the
constructs and not taken from them: a change of either is noticed in the other.
"""
