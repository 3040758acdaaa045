"""What every report shares: the HTML page around it, Markdown that is safe, JSON conventions, files written whole."""
