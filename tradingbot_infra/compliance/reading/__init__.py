"""How rules read what belongs together in templates: networks, routes, policies, alarms and what they watch."""
