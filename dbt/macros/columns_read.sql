{#
  What a staging model selects of its columns. In BigQuery all of them: it is a view, of which people may read any column,
  and which reads of export's tables what it is asked for. In the lake it is a table of the run, which only models and
  tests see: a column that none of these reads would be read from the files and kept for nobody. Its yml marks it as
  `for_people`, which e2e/sql/test_columns_read.py holds, and it is left out. All of them are there by
  `--vars 'for_people: true'`, and in a unit test.
#}
{% macro columns_read() %}
    {{- return(adapter.dispatch('columns_read')()) -}}
{% endmacro %}

{% macro default__columns_read() -%}
    *
{%- endmacro %}

{% macro duckdb__columns_read() -%}
    {% set read = model.columns.values() | rejectattr('meta.for_people') | map(attribute='name') | list %}
    {{- '*' if var('for_people', false) or not read else read | join(', ') -}}
{%- endmacro %}
