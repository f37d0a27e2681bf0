{#
  The latest version of each row of `relation`: per key the one with the highest `changed_seq`. A change that was sent
  twice counts once. Unless `keeps_removed`, a row whose latest version says that it was removed is left out, and one
  that came back after its removal is there again.

  relation: a table with one row per version, with the column `changed_seq`, and `removed` unless `keeps_removed`
  key: list of the columns that identify a row
  seldom_changes: whether nearly all rows have one version alone
#}
{% macro latest_version(relation, key, keeps_removed=false, seldom_changes=false) %}
    {{- return(adapter.dispatch('latest_version')(relation, key, keeps_removed, seldom_changes)) -}}
{% endmacro %}

{% macro default__latest_version(relation, key, keeps_removed, seldom_changes) %}
    {{ latest_of(relation, key, keeps_removed) }}
{% endmacro %}

{#
  A row whose key has a hash of its own has no other version, so that nothing needs to be put in order: where nearly all
  are such, this takes half as long. Those that share a hash are told apart by their keys. The hashes that are shared are
  few, and are found before anything is read by them: to find them takes more memory than all that follows.
#}
{% macro duckdb__latest_version(relation, key, keeps_removed, seldom_changes) %}
    {% if seldom_changes %}
        with shared_hashes as materialized (
            select hash({{ key | join(', ') }}) as shared_hash
            from {{ relation }}
            group by 1
            having count(*) > 1
        )

        select
            *,
            1 as version_rank
        from {{ relation }}
        where hash({{ key | join(', ') }}) not in (select shared_hash from shared_hashes)
        {{ '' if keeps_removed else 'and not removed' }}

        union all

        {{ latest_of('(select * from ' ~ relation ~ ' where hash(' ~ key | join(', ')
            ~ ') in (select shared_hash from shared_hashes)) as shared', key, keeps_removed) }}
    {% else %}
        {{ latest_of(relation, key, keeps_removed) }}
    {% endif %}
{% endmacro %}

{% macro latest_of(relation, key, keeps_removed) %}
    select *
    from (
        select
            *,
            row_number() over (partition by {{ key | join(', ') }} order by changed_seq desc) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1{{ '' if keeps_removed else ' and not removed' }}
{% endmacro %}
