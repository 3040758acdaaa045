"""The estimate and the difference as documents, and their formats: text, HTML, Markdown."""
