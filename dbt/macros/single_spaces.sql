{# A text without blanks around it, and with single ones in it; null for null. Both databases' patterns are RE2's. #}
{% macro single_spaces(text) -%}
    trim({{ each_blank_single(text) }}, ' ')
{%- endmacro %}

{% macro each_blank_single(text) %}
    {{- return(adapter.dispatch('each_blank_single')(text)) -}}
{% endmacro %}

{% macro default__each_blank_single(text) -%}
    regexp_replace({{ text }}, r'\s+', ' ')
{%- endmacro %}

{# DuckDB replaces the first one alone unless it is told otherwise #}
{% macro duckdb__each_blank_single(text) -%}
    regexp_replace({{ text }}, '\s+', ' ', 'g')
{%- endmacro %}
