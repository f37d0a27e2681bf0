-- What became of somebody is told of min_group applications or more, and not where all of them ended alike. Fails with
-- every group that tells more.
with cohorts as (

    select
        'fct_application_durations' as mart,
        created_month as period,
        department,
        city as part,
        outcome,
        applications
    from {{ ref('fct_application_durations') }}

    union all

    select
        'fct_funnel' as mart,
        created_month as period,
        department,
        case when is_frozen then 'frozen' else cast(week_start as {{ dbt.type_string() }}) end as part,
        outcome,
        applications
    from {{ ref('fct_funnel') }}

),

by_outcome as (

    select
        mart,
        period,
        department,
        part,
        outcome,
        sum(applications) as applications
    from cohorts
    group by mart, period, department, part, outcome

),

sizes as (

    select
        mart,
        period,
        department,
        part,
        sum(applications) as applications,
        coalesce(max(case when outcome not in ('open', 'too few') then applications end), 0) as most_alike,
        coalesce(sum(case when outcome <> 'too few' then applications end), 0) as told
    from by_outcome
    group by mart, period, department, part

    union all

    select
        'fct_closed_weekly' as mart,
        week_start as period,
        department,
        'all' as part,
        sum(closed) as applications,
        0 as most_alike,
        coalesce(sum(case when outcome <> 'too few' then closed end), 0) as told
    from {{ ref('fct_closed_weekly') }}
    group by week_start, department

    union all

    select
        'fct_stage_durations' as mart,
        entry_month as period,
        stage_kind as department,
        'all' as part,
        sum(spells) as applications,
        0 as most_alike,
        coalesce(sum(case when exit <> 'too few' then spells end), 0) as told
    from {{ ref('fct_stage_durations') }}
    group by entry_month, stage_kind

    union all

    select
        'fct_reasons_weekly' as mart,
        week_start as period,
        'all' as department,
        'all' as part,
        sum(closed) as applications,
        0 as most_alike,
        coalesce(sum(case when reason <> 'too few' then closed end), 0) as told
    from {{ ref('fct_reasons_weekly') }}
    group by week_start

)

select *
from sizes
where
    told > 0
    -- nothing is told of a part of a group
    and (told < applications or applications < {{ min_group() }} or most_alike = applications)
