{#
  The rows of `relation` that are true now: per key the version with the highest `changed_seq`, unless that one
  says that the row was removed. A row that came back after its removal is there again.

  relation: a table with one row per version, with the columns `changed_seq` and `removed`
  key: list of the columns that identify a row
#}
{% macro latest_version(relation, key) %}
    select *
    from (
        select
            *,
            row_number() over (partition by {{ key | join(', ') }} order by changed_seq desc) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1 and not removed
{% endmacro %}
