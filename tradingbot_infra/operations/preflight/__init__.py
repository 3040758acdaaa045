"""What an account must have before a deployment: a file for each kind of check, in the words of verdict.py."""
