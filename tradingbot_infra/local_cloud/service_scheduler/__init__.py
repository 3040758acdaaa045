"""The ECS service scheduler: keeps the wanted number of tasks, and replaces them in a deployment."""
