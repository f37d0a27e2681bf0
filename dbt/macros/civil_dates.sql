{#
  Civil dates, and days as numbers. A date is made of an instant once, here, in the zone of the report; from there on
  days are counted as whole numbers (1970-01-01 is 0), which every database does alike. Only what has no common name
  is dispatched.
#}

{# The date that a calendar on the wall of REPORT_TIME_ZONE shows at an instant; null for null #}
{% macro civil_date(instant) %}
    {{- return(adapter.dispatch('civil_date')(instant)) -}}
{% endmacro %}

{% macro default__civil_date(instant) -%}
    date({{ instant }}, '{{ report_time_zone() }}')
{%- endmacro %}

{% macro duckdb__civil_date(instant) -%}
    cast({{ instant }} at time zone '{{ report_time_zone() }}' as date)
{%- endmacro %}

{# The number of a date: days since 1970-01-01, negative before #}
{% macro day_number(date) %}
    {{- return(adapter.dispatch('day_number')(date)) -}}
{% endmacro %}

{% macro default__day_number(date) -%}
    unix_date({{ date }})
{%- endmacro %}

{% macro duckdb__day_number(date) -%}
    ({{ date }} - date '1970-01-01')
{%- endmacro %}

{# The date of a number #}
{% macro date_of_number(number) %}
    {{- return(adapter.dispatch('date_of_number')(number)) -}}
{% endmacro %}

{% macro default__date_of_number(number) -%}
    date_from_unix_date({{ number }})
{%- endmacro %}

{% macro duckdb__date_of_number(number) -%}
    (date '1970-01-01' + cast({{ number }} as integer))
{%- endmacro %}

{# The first day of a month, as a date #}
{% macro first_of_month(year, month) %}
    {{- return(adapter.dispatch('first_of_month')(year, month)) -}}
{% endmacro %}

{% macro default__first_of_month(year, month) -%}
    date({{ year }}, {{ month }}, 1)
{%- endmacro %}

{% macro duckdb__first_of_month(year, month) -%}
    make_date({{ year }}, {{ month }}, 1)
{%- endmacro %}

{# The year and the month of a date. No database counts them otherwise, unlike weeks #}
{% macro year_of(date) -%}
    cast(extract(year from {{ date }}) as bigint)
{%- endmacro %}

{% macro month_of(date) -%}
    cast(extract(month from {{ date }}) as bigint)
{%- endmacro %}
