"""What stands in an account, as templates that the compliance rules judge: what is deployed, and what was changed by hand since."""
