{#
  Numbers that stand for a text while marts are made: DuckDB groups and joins by them many times as fast. One number for
  all rows with the same text: a hash of 64 bits, since to number texts takes a sort of all rows, or one thread alone that
  counts them. That a million texts have two with the same number comes once in 40 million times, and a test tells of it.
  They are of one run, where the model that makes them is a table. In BigQuery it is a view, which every statement makes
  anew, and so the text stands for itself there.
#}
{% macro hash_number(text) %}
    {{- return(adapter.dispatch('hash_number')(text)) -}}
{% endmacro %}

{% macro default__hash_number(text) -%}
    {{ text }}
{%- endmacro %}

{% macro duckdb__hash_number(text) -%}
    hash({{ text }})
{%- endmacro %}
