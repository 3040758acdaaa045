"""Whether what stands is what the document's two checklists ask for: a module for each kind of fact, judged item by item."""
