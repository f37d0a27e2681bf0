{#
  The instant that many times 24 hours before another one. The cast keeps it an instant where dateadd gives a
  civil time.
#}
{% macro days_before(days, instant) %}
    {{ return(adapter.dispatch('days_before')(days, instant)) }}
{% endmacro %}

{% macro default__days_before(days, instant) %}
    cast({{ dbt.dateadd('hour', -24 * days, instant) }} as {{ dbt.type_timestamp() }})
{% endmacro %}

{# DuckDB's `timestamp` has no zone, and its dateadd keeps the type it is given #}
{% macro duckdb__days_before(days, instant) %}
    {{ dbt.dateadd('hour', -24 * days, instant) }}
{% endmacro %}
