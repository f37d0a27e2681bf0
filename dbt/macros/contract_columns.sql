{#
  What dbt writes between `create table` and `as` of a model with a contract. By then it has compared names and types
  with those of the query; the list would add constraints, and no model has any. BigQuery takes a list there, its
  emulator does not.
#}
{% macro bigquery__get_table_columns_and_constraints() %}
{% endmacro %}
