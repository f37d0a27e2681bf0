"""dbt on the lake and on an emulator of BigQuery, compared."""
