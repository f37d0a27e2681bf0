{#
  Numbers that stand for a text while marts are made: DuckDB groups and joins by them many times as fast. They are of one
  run, where the model that makes them is a table. In BigQuery it is a view, which every statement makes anew, and so the
  text stands for itself there.
#}

{# A number for each row, told apart by a text #}
{% macro run_number(text) %}
    {{- return(adapter.dispatch('run_number')(text)) -}}
{% endmacro %}

{% macro default__run_number(text) -%}
    {{ text }}
{%- endmacro %}

{% macro duckdb__run_number(text) -%}
    row_number() over ()
{%- endmacro %}

{# One number for all rows with the same text, out of those that they have #}
{% macro shared_run_number(text, number) %}
    {{- return(adapter.dispatch('shared_run_number')(text, number)) -}}
{% endmacro %}

{% macro default__shared_run_number(text, number) -%}
    {{ text }}
{%- endmacro %}

{% macro duckdb__shared_run_number(text, number) -%}
    min({{ number }}) over (partition by {{ text }})
{%- endmacro %}
