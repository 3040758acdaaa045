"""Tests of the Lambda functions, as Lambda runs them: the text of the template in a module of its own."""
