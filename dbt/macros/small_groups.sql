{#
  Which groups are told of by name, and which are too small for that and are folded together, within each period.

  A group is told of when it has REPORT_MIN_GROUP people or more, and, with `ends`, when not all of it ended alike. The
  others of a period are one group, 'small groups'. Where that is too small itself, the smallest that is told of joins it,
  after which it is told of; where there is none, nothing is told of it but its size.

  members: name of a query with one row per application: the columns of `period`, group_no, candidate_no, outcome. Groups
      are numbered by their names, and 0 is the number of what was folded before
  period: list of columns
  ends: whether the outcomes of a group count
  frozen: name of a query with one row per group and outcome: the columns of `period`, group_no, outcome, applications;
      each of these applications is one person

  Makes common table expressions, of which the last is `small_groups`: one row per group, with is_folded, and is_too_few
  where it is folded into what nothing is told of.
#}
{% macro small_groups(members, period, ends=true, frozen=none) -%}
    {% set by_period = period | join(', ') %}
    group_parts as (

        {{ live_group_parts(members, period, ['group_no'], ends) }} {{ frozen_group_parts(frozen, period, ['group_no'], ends) if frozen }}

    ),

    group_sizes as (

        select
            {{ by_period }},
            group_no,
            sum(applications) as applications,
            group_no > 0 and {{ group_is_told(ends) }} as is_told
        from group_parts
        group by {{ by_period }}, group_no

    ),

    -- what is left of a period, as one group
    leftover_parts as (

        {{ live_group_parts(members, period, [], ends, true) }} {{ frozen_group_parts(frozen, period, [], ends, true) if frozen }}

    ),

    leftovers as (

        select
            {{ by_period }},
            {{ group_is_told(ends) }} as is_told
        from leftover_parts
        group by {{ by_period }}

    ),

    ranked_groups as (

        select
            *,
            row_number() over (partition by {{ by_period }}, is_told order by applications, group_no) as size_rank,
            count(case when is_told then 1 end) over (partition by {{ by_period }}) as groups_told
        from group_sizes

    ),

    small_groups as (

        select
            {{ prefixed('ranked_groups', period) }},
            ranked_groups.group_no,
            not ranked_groups.is_told
            or (ranked_groups.size_rank = 1 and coalesce(not leftovers.is_told, false)) as is_folded,
            ranked_groups.groups_told = 0 and not leftovers.is_told as is_too_few
        from ranked_groups
        left join leftovers
            on {{ same('ranked_groups', 'leftovers', period) }}

    )
{%- endmacro %}

{# The ends that may be all alike; none where they do not count #}
{% macro group_ends(count) %}
    {{- return(['hired', 'rejected', 'withdrawn', 'other'] if count else []) -}}
{% endmacro %}

{# Sizes of groups of applications that are there, of those alone that are not told of by name if `of_untold` #}
{% macro live_group_parts(members, period, group, ends, of_untold=false) %}
    select
        {{ prefixed('members', period + group) }},
        count(*) as applications,
        count(distinct members.candidate_no) as people
        {% for end in group_ends(ends) %}, count(case when members.outcome = '{{ end }}' then 1 end) as {{ end }} {% endfor %}
    from {{ members }} as members
    {{ untold('members', period) if of_untold }}
    group by {{ prefixed('members', period + group) }}
{% endmacro %}

{# The same of frozen ones, to be added to that #}
{% macro frozen_group_parts(frozen, period, group, ends, of_untold=false) %}
    union all
    select
        {{ prefixed('frozen', period + group) }},
        sum(frozen.applications) as applications,
        sum(frozen.applications) as people
        {% for end in group_ends(ends) %}, {{ frozen_of(end) }} as {{ end }} {% endfor %}
    from {{ frozen }} as frozen
    {{ untold('frozen', period) if of_untold }}
    group by {{ prefixed('frozen', period + group) }}
{% endmacro %}

{% macro frozen_of(end) -%}
    coalesce(sum(case when frozen.outcome = '{{ end }}' then frozen.applications end), 0)
{%- endmacro %}

{% macro untold(relation, period) -%}
    inner join group_sizes
        on
            not group_sizes.is_told
            and {{ relation }}.group_no = group_sizes.group_no
            and {{ same(relation, 'group_sizes', period) }}
{%- endmacro %}

{# Whether a group is large enough, out of its parts #}
{% macro group_is_told(ends) -%}
    sum(people) >= {{ min_group() }}
    {%- if ends %} and greatest(sum({{ group_ends(ends) | join('), sum(') }})) < sum(applications){% endif %}
{%- endmacro %}

{% macro prefixed(relation, columns) -%}
    {{ relation }}.{{ columns | join(', ' ~ relation ~ '.') }}
{%- endmacro %}

{% macro same(one, other, columns) -%}
    {% for column in columns %}{{ 'and ' if not loop.first }}{{ one }}.{{ column }} = {{ other }}.{{ column }} {% endfor %}
{%- endmacro %}

{#
  Which sources of a group are told of by name: those of REPORT_MIN_GROUP applications or more. The others together are
  'small groups', and while these are too few, the next larger one is of them: what is left of a sum would tell of them.
  Of two that are equal, that with the first name.

  sources: name of a query with one row per group and source: the columns of `group`, source, applications
  group: list of columns

  Makes common table expressions, of which the last is `labels`: one row per group and source, with its label.
#}
{% macro small_sources(sources, group) -%}
    {% set by_group = group | join(', ') %}
    ordered_sources as (

        select
            *,
            coalesce(
                sum(applications) over (
                    partition by {{ by_group }}
                    order by applications, source
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as folded_before
        from {{ sources }}

    ),

    labels as (

        select
            {{ by_group }},
            source,
            applications,
            case
                when applications < {{ min_group() }} then 'small groups'
                when folded_before > 0 and folded_before < {{ min_group() }} then 'small groups'
                else source
            end as label
        from ordered_sources

    )
{%- endmacro %}
