{#
  The latest version of each row of `relation`: per key the one with the highest `changed_seq`. A change that was sent
  twice counts once. Unless `keeps_removed`, a row whose latest version says that it was removed is left out, and one
  that came back after its removal is there again.

  relation: a table with one row per version, with the column `changed_seq`, and `removed` unless `keeps_removed`
  key: list of the columns that identify a row

  Makes common table expressions, of which the last is `source`.
#}
{% macro latest_version(relation, key, keeps_removed=false) %}
    {{- return(adapter.dispatch('latest_version')(relation, key, keeps_removed)) -}}
{% endmacro %}

{% macro default__latest_version(relation, key, keeps_removed) -%}
    source as (

        {{ latest_of(relation, key, keeps_removed) }}

    )
{%- endmacro %}

{#
  In the lake `relation` is files, which are read once: what is read of them is kept until the statement ends, on disk where
  memory is short. A row whose key has a hash of its own has no other version, and nearly all are such: they need not be
  put in order, which would take all their columns through a sort. Those that share a hash are told apart by their keys.

  DuckDB 1.5 reads all columns for what stands within another expression, and for these beside each other those that are
  wanted. e2e/sql/test_scans.py asks it.
#}
{% macro duckdb__latest_version(relation, key, keeps_removed) -%}
    all_versions as materialized (

        select
            *,
            hash({{ key | join(', ') }}) as key_hash
        from {{ relation }}

    ),

    shared_hashes as materialized (

        select key_hash
        from all_versions
        group by key_hash
        having count(*) > 1

    ),

    versions_to_compare as (

        select *
        from all_versions
        where key_hash in (select key_hash from shared_hashes)

    ),

    source as (

        select
            *,
            cast(1 as bigint) as version_rank
        from all_versions
        where key_hash not in (select key_hash from shared_hashes)
        {{ '' if keeps_removed else 'and not removed' }}

        union all

        {{ latest_of('versions_to_compare', key, keeps_removed) }}

    )
{%- endmacro %}

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
