{#
  Publishes each mart at the end of a run in which nothing failed: readers keep the last good one otherwise.
  In the lake that is the file LAKE_PATH/marts/<model>.parquet, written beside its place and moved there, so a reader
  never sees half of one. (dbt-duckdb's `external` materialisation would write before the tests have run, and writes
  an empty mart as one row of nulls.) In BigQuery it is the table <BIGQUERY_DATASET>_marts.<model>, replaced by a copy
  job, which takes effect at once and costs nothing.

  One after the other, and the mart export_run last: who finds a run there finds nothing older in the others.
#}
{% macro publish_marts(results) %}
    {{ return(adapter.dispatch('publish_marts')(results)) }}
{% endmacro %}

{# The marts that were built, or none of them where anything failed #}
{% macro good_marts(results) %}
    {% set marts = [] %}
    {% set failed = results | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list %}
    {% if execute and not failed %}
        {% set built = results | map(attribute='node') | selectattr('resource_type', 'equalto', 'model') | list %}
        {% for mart in built if 'marts' in mart.fqn and mart.name != 'export_run' %}
            {% do marts.append(mart) %}
        {% endfor %}
        {% for mart in built if 'marts' in mart.fqn and mart.name == 'export_run' %}
            {% do marts.append(mart) %}
        {% endfor %}
    {% endif %}
    {{ return(marts) }}
{% endmacro %}

{% macro duckdb__publish_marts(results) %}
    {% set statements = [] %}
    {% for mart in good_marts(results) %}
        {% set folder = env_var('LAKE_PATH') | replace("'", "''") %}
        {% set relation = api.Relation.create(database=mart.database, schema=mart.schema, identifier=mart.alias) %}
        {% set file = folder ~ '/marts/' ~ mart.name ~ '.parquet' %}
        {# in one order, whatever the threads did: the same marts are the same bytes, and copies of a lake differ no more #}
        {% do statements.append(
            "copy (select * from " ~ relation ~ " order by all) to '" ~ file
            ~ "' (format parquet, compression zstd, use_tmp_file true)"
        ) %}
    {% endfor %}
    {{ return(statements | join(';\n')) }}
{% endmacro %}

{% macro bigquery__publish_marts(results) %}
    {% for mart in good_marts(results) %}
        {% set built = api.Relation.create(database=mart.database, schema=mart.schema, identifier=mart.alias) %}
        {% set published = api.Relation.create(
            database=mart.database, schema=env_var('BIGQUERY_DATASET') ~ '_marts', identifier=mart.name
        ) %}
        {# whoever makes datasets for others may not let this make any #}
        {% if published.schema not in adapter.list_schemas(published.database) %}
            {% do adapter.create_schema(published) %}
        {% endif %}
        {% do adapter.copy_table([built], published, 'table') %}
    {% endfor %}
    {{ return('') }}
{% endmacro %}
