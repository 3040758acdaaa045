"""The controls of the account as a whole, read live: what the settings ask for, what is there, and who provides it.

`controls` is the table, a row each; beside it is a module of readers for each subject. None of these writes.
"""
