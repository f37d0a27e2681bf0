{# A text that is there and says something, else the label of what is missing. #}
{% macro known_or_none(text) -%}
    coalesce(case when trim({{ text }}, ' ') <> '' then {{ text }} end, 'none')
{%- endmacro %}
