"""Who may do what in this design, by list: a table for each stack, and one for keys.

A policy statement that no row has, and a row that no statement has, fail (rules `access.permissions` and `access.resource_policies`).
"""
