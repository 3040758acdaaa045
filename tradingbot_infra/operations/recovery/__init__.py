"""An earlier state of the database, restored beside the running one, compared with it, and deleted again.

origins     what can be restored: the window of point-in-time recovery, snapshots, recovery points of AWS Backup
beside      the copy: created, watched, deleted
credentials a password for the copy, which nobody keeps
comparison  rows and schema of both, read by one task
excerpt     tables of the copy, put into a schema of their own of the running database
"""
