"""The marts by plain Python: each cell, of a world that is played day by day and of made-up lakes. Run by the Python
that has dbt, `make test-marts`."""
