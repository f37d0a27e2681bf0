-- A source is named only where min_group applications or more came from it in the week, in the same department, city
-- and type where they are told apart; the others together are as many, or all that there are. Fails with every group
-- that tells more.
with told as (

    select
        'fct_applications_weekly' as mart,
        week_start,
        department,
        city,
        posting_type,
        source,
        applications
    from {{ ref('fct_applications_weekly') }}
    where applications > 0

    union all

    select
        'fct_sources_weekly' as mart,
        week_start,
        'all' as department,
        'all' as city,
        'all' as posting_type,
        source,
        applications
    from {{ ref('fct_sources_weekly') }}

),

cells as (

    select
        mart,
        week_start,
        department,
        city,
        posting_type,
        sum(applications) as applications,
        coalesce(sum(case when source = 'small groups' then applications end), 0) as folded,
        min(case when source <> 'small groups' then applications end) as least_named
    from told
    group by mart, week_start, department, city, posting_type

)

select *
from cells
where
    least_named < {{ min_group() }}
    or (folded > 0 and folded < {{ min_group() }} and folded < applications)
