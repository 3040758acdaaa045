"""What ends with the local cloud: a process that kills families of processes, and removes their directories, once the server is gone.

    guard       the server's side: tells the watchdog what runs
    __main__    the watchdog's
    families    which processes belong together
    lines       what the one tells the other

A server has one watchdog, from the moment when it first needs one.
"""
