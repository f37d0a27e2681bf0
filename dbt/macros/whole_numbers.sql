{# Whole numbers alone: a fraction is rounded and printed otherwise from database to database. #}

{# How often a number goes into another one that is not negative #}
{% macro whole_quotient(number, divisor) %}
    {{- return(adapter.dispatch('whole_quotient')(number, divisor)) -}}
{% endmacro %}

{# The brackets are for BigQuery's emulator, which makes an operator of it and adds none #}
{% macro default__whole_quotient(number, divisor) -%}
    div(({{ number }}), ({{ divisor }}))
{%- endmacro %}

{% macro duckdb__whole_quotient(number, divisor) -%}
    (({{ number }}) // ({{ divisor }}))
{%- endmacro %}

{# Microseconds since 1970-01-01 in UTC, which is as fine as both databases keep an instant #}
{% macro microseconds(instant) %}
    {{- return(adapter.dispatch('microseconds')(instant)) -}}
{% endmacro %}

{% macro default__microseconds(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}

{% macro duckdb__microseconds(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}

{# Select list without FROM of every whole number from 0 to 9999: more days than REPORT_HISTORY_MONTHS can ask for #}
{% macro numbers() -%}
    select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as number
    from ({{ digits() }}) as ones
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as hundreds
    cross join ({{ digits() }}) as thousands
{%- endmacro %}

{% macro digits() -%}
    {% for digit in range(10) %}{{ 'union all ' if not loop.first }}select {{ digit }} as digit {% endfor %}
{%- endmacro %}
