"""The estimate and the difference as documents, and what is rendered from them: text, HTML, Markdown."""
