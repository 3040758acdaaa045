"""What CloudFormation and AWS would do with a change of templates, replayed offline.

CloudFormation checks a template by itself. What fails or cuts a running service lies between two templates: a port that two
listeners want in the same update, a name that a replacement needs while the old resource has it, a security group that one stack
removes while another still uses it. `order.plan` replays a deployment on a World stack by stack, finds the order that cuts nothing,
and reports the rest as findings.

Reads templates only. How CloudFormation works is taken from its User Guide ("Update behaviors of stack resources", "Monitor the
progress of a stack update") and its Template Reference ("Fn::GetStackOutput", "DeletionPolicy attribute", "UpdateReplacePolicy
attribute"); what replaces a resource, from its resource schemas (schemas.json).
"""
