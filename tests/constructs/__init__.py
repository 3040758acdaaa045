"""Tests of constructs that have decisions of their own; tests/stacks/ looks at whole templates."""
