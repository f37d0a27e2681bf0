"""Rules for all SQL that dbt compiles."""
