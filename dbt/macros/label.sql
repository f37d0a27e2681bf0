{# A number's name; null stays null, a number without a name is 'unknown'. `names` maps numbers to names. #}
{% macro label(column, names) %}
    case
        when {{ column }} is null then null
        {% for number, name in names.items() %}
        when {{ column }} = {{ number }} then '{{ name }}'
        {% endfor %}
        else 'unknown'
    end
{% endmacro %}
