"""Faults that somebody might write into this project, by kind, each as a change of the finished templates of production.

They are made as an attacker or a careless colleague would: by the CDK's escape hatches, with a construct of another service, or with a
value that looks right. A module for each kind; test_seeds.py applies each to the templates and asks what stops it.
"""
