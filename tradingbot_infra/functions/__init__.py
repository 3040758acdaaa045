"""Source of the Lambda functions of these stacks. Templates hold it as text; nothing here is imported by the application."""
