"""Compliance: rules over templates, controls of four frameworks, the ledger of exceptions, the packs, the report."""
