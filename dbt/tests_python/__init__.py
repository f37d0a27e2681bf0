"""Tests of the dbt project, and of the programs beside it."""
