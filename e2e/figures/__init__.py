"""The figures of reports against what they have to be."""
