{#
  Makes the tables that source() names exist, before anything else runs. In a database that holds them already
  there is nothing to do; in DuckDB each becomes a view over the files of the lake. This is the only place that
  knows where those files lie, so models, tests and docs read `source('warehouse', …)` on every target alike.
#}
{% macro prepare_warehouse() %}
    {{ return(adapter.dispatch('prepare_warehouse')()) }}
{% endmacro %}

{% macro default__prepare_warehouse() %}
    {{ return('') }}
{% endmacro %}

{% macro duckdb__prepare_warehouse() %}
    {% if not execute %}{{ return('') }}{% endif %}
    {% set statements = [] %}
    {% for table in graph.sources.values() %}
        {% do statements.append('create schema if not exists ' ~ adapter.quote(table.schema)) %}
        {% set view = adapter.quote(table.schema) ~ '.' ~ adapter.quote(table.identifier) %}
        {% do statements.append('create or replace view ' ~ view ~ ' as ' ~ lake_table_sql(table.identifier)) %}
    {% endfor %}
    {{ return(statements | join(';\n')) }}
{% endmacro %}

{#
  Every version of every row of one table of the lake. A later file may have columns that an earlier one lacks,
  hence the union by name. Folder names are data, not patterns, hence the brackets around pattern characters.
#}
{% macro lake_table_sql(table) %}
    {% set folder = env_var('LAKE_PATH') | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') %}
    {% set folder = folder | replace("'", "''") %}
    {% set files = folder ~ '/' ~ table ~ '/changes/*.parquet' %}
    {{ return("select * from read_parquet('" ~ files ~ "', union_by_name = true, hive_partitioning = false)") }}
{% endmacro %}
