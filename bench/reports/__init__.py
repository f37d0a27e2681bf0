"""Our dashboard beside the same charts by Superset."""
