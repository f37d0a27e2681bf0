{#
  The latest version of each row of `relation`: per key the one with the highest `changed_seq`. A change that was sent
  twice counts once. Unless `keeps_removed`, a row whose latest version says that it was removed is left out, and one
  that came back after its removal is there again.

  relation: a table with one row per version, with the column `changed_seq`, and `removed` unless `keeps_removed`
  key: list of the columns that identify a row
#}
{% macro latest_version(relation, key, keeps_removed=false) %}
    select *
    from (
        select
            *,
            row_number() over (partition by {{ key | join(', ') }} order by changed_seq desc) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1{{ '' if keeps_removed else ' and not removed' }}
{% endmacro %}
