{#
  What whoever runs this may choose, as the entrypoint has checked it (dbt/settings.py has the same defaults). Text and
  numbers stand in the SQL as they are: nothing else than a zone's name and whole numbers gets past the entrypoint.
#}

{# The time zone of every civil date #}
{% macro report_time_zone() %}
    {{- return(env_var('REPORT_TIME_ZONE', 'Europe/Berlin')) -}}
{% endmacro %}

{# How many applications a group needs before anything about their outcome is told #}
{% macro min_group() %}
    {{- return(env_var('REPORT_MIN_GROUP', '5') | int) -}}
{% endmacro %}

{# Whether reports may set departments against each other #}
{% macro compares_departments() %}
    {{- return('true' if env_var('REPORT_COMPARE_DEPARTMENTS', 'false') == 'true' else 'false') -}}
{% endmacro %}

{# How many calendar months are told of by the day: the month of as_of, and those before #}
{% macro history_months() %}
    {{- return(env_var('REPORT_HISTORY_MONTHS', '36') | int) -}}
{% endmacro %}

{# What marts of durations and outcomes call a department: 'all', unless departments may be set against each other #}
{% macro compared_department(name) -%}
    {% if compares_departments() == 'true' %}{{ known_or_none(name) }}{% else %}'all'{% endif %}
{%- endmacro %}
