"""What a deployment would change, from three sources that exist anyway: `cdk diff`, the replay of lifecycle/, the stateful lock.

`cli_output` reads what the CDK CLI prints, `changes` adds what the replay knows of it, `policies` reads what the CLI's tables leave
out, `interruptions` says what stands still meanwhile, `difference` puts it together. None of these prints or changes anything.
"""
