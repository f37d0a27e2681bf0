{# Fails with every row whose number is lower than `least`; null is not a number. #}
{% test not_below(model, column_name, least) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} < {{ least }}
{% endtest %}
