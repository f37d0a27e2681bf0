{#
  Weeks of ISO 8601, out of day numbers: they begin on Monday, and belong to the year that their Thursday is in. What
  databases call a week begins on Sunday in one and on Monday in another, so none is asked.
#}

{# The number of the Monday of a day's week: day 0 was a Thursday. The second mod is for days before that #}
{% macro monday_of(day_number) -%}
    ({{ day_number }} - mod(mod({{ day_number }} + 3, 7) + 7, 7))
{%- endmacro %}

{# The year that a week belongs to, by the number of its Monday #}
{% macro iso_year_of(monday) -%}
    {{ year_of(date_of_number(monday ~ ' + 3')) }}
{%- endmacro %}

{# Which week of that year it is: as many whole weeks lie between the year's first day and the Thursday #}
{% macro iso_week_of(monday, iso_year) -%}
    (1 + {{ whole_quotient(monday ~ ' + 3 - ' ~ day_number(first_of_month(iso_year, 1)), 7) }})
{%- endmacro %}
