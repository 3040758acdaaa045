"""Whether one thing can reach another: effective network paths in an account.

traffic, security_groups, network_acls and routes are pure functions over the NetworkState that live/network_reading.py reads;
paths joins them.
IPv4 and TCP only, which is all that the design has.
"""
