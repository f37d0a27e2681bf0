"""What DuckDB and BigQuery do differently."""
