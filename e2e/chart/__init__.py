"""The chart against Helm, its schema and our rules."""
