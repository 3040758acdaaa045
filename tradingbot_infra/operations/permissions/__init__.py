"""What roles may not do, and above all what keeps a task's execution role from starting it."""
