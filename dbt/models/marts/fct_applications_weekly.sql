with weeks as (

    select
        week_start,
        min(iso_year) as iso_year,
        min(iso_week) as iso_week,
        {{ dbt.bool_or('is_full_week') }} as is_full_week
    from {{ ref('dim_date') }}
    group by week_start

),

counted as (

    select
        dates.week_start,
        daily.department,
        daily.city,
        daily.source,
        daily.posting_type,
        cast(sum(daily.applications) as bigint) as applications
    from {{ ref('fct_applications_daily') }} as daily
    inner join {{ ref('dim_date') }} as dates
        on daily.date = dates.date
    -- a day without any says nothing of its week
    where daily.applications > 0
    group by dates.week_start, daily.department, daily.city, daily.source, daily.posting_type

)

select
    weeks.week_start,
    weeks.iso_year,
    weeks.iso_week,
    weeks.is_full_week,
    coalesce(counted.department, 'none') as department,
    coalesce(counted.city, 'none') as city,
    coalesce(counted.source, 'none') as source,
    coalesce(counted.posting_type, 'none') as posting_type,
    coalesce(counted.applications, 0) as applications
from weeks
left join counted
    on weeks.week_start = counted.week_start
