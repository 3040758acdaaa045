"""Relations between resources that rules read: networks, routes, policies, alarms and what they watch."""
