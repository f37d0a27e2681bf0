{#
  Writes each mart to LAKE_PATH/marts/<model>.parquet, at the end of a run in which nothing failed: readers keep
  the last good file otherwise. A file is written beside its place and moved there, so a reader never sees half
  of one. (dbt-duckdb's `external` materialisation would write before the tests have run, and writes an empty
  mart as one row of nulls.) Other targets hold their marts as tables, there is nothing to write.
#}
{% macro publish_marts(results) %}
    {{ return(adapter.dispatch('publish_marts')(results)) }}
{% endmacro %}

{% macro default__publish_marts(results) %}
    {{ return('') }}
{% endmacro %}

{% macro duckdb__publish_marts(results) %}
    {% set statements = [] %}
    {% set failed = results | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list %}
    {% if execute and not failed %}
        {% set folder = env_var('LAKE_PATH') | replace("'", "''") %}
        {% for result in results if result.node.resource_type == 'model' and 'marts' in result.node.fqn %}
            {% set relation = api.Relation.create(
                database=result.node.database, schema=result.node.schema, identifier=result.node.alias
            ) %}
            {% set file = folder ~ '/marts/' ~ result.node.name ~ '.parquet' %}
            {% do statements.append(
                "copy (select * from " ~ relation ~ ") to '" ~ file
                ~ "' (format parquet, compression zstd, use_tmp_file true)"
            ) %}
        {% endfor %}
    {% endif %}
    {{ return(statements | join(';\n')) }}
{% endmacro %}
