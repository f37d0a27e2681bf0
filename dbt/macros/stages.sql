{#
  Kinds of stages, in the order in which applications come to them, and as numbers: a later one is higher. Below them are 1,
  a stage without a kind, and 0, none. A position is such a number, or -1 for an application that is out.
#}

{% macro stage_kinds() %}
    {{- return([
        'none', 'unlisted', 'sourced', 'applied', 'assessment', 'shortlisted', 'phone_screen', 'interview', 'offer', 'hired',
    ]) -}}
{% endmacro %}

{# The name of a number that one of these macros has made #}
{% macro stage_kind_of(number) -%}
    case {{ number }}{% for kind in stage_kinds() %} when {{ loop.index0 }} then '{{ kind }}'{% endfor %} end
{%- endmacro %}

{# The number of a kind of stage #}
{% macro stage_number_of(kind) -%}
    {{ stage_kinds().index(kind) }}
{%- endmacro %}

{# Whoever was first seen so many microseconds after the creation, or sooner, was seen in time: 48 hours #}
{% macro in_time() -%}
    {{ 48 * 3600 * 1000000 }}
{%- endmacro %}

{# How far a stage is; being turned down is as far as a stage without a kind #}
{% macro stage_number(kind, stage) -%}
    case
        {% for name in stage_kinds()[2:] %}when {{ kind }} = '{{ name }}' then {{ loop.index0 + 2 }} {% endfor %}
        when {{ kind }} is not null or {{ stage }} is not null then 1
        else 0
    end
{%- endmacro %}

{# Whether an application is out by a stage and a status #}
{% macro is_out(kind, status) -%}
    coalesce({{ kind }} = 'disqualified', false) or coalesce({{ status }} = 'inactive', false)
{%- endmacro %}
