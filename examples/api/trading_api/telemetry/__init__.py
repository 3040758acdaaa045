"""Traces and metrics on their way out. Nothing here may fail a request, delay it, or keep the process from starting or ending.

spans    what is measured, by hand: names and attributes that are allowed, and no text of an error
sending  starts and ends the senders that the variables ask for
signing  signs requests to AWS with the credentials of the task
quiet    one line of the log for an outage of an endpoint, not one for each batch
users    how many clients are active, without knowing them
"""
