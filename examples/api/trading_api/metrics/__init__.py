"""The trading metrics (docs/metrics.md).

trading   a function for each thing that happens; the application calls these and nothing else
contract  names, units and labels, and how many values a label may have
store     the values, and what keeps labels in bounds
otlp      sends them to CloudWatch's OTLP endpoint
emf       writes them as lines of the log
"""
