"""dbt's marts of many applications beside pandas."""
