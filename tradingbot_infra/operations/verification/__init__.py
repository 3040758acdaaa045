"""Checks what is deployed against the document's two checklists: a module for each kind of fact."""
