-- Whatever is filtered by, the days of a week add up to the week, and so do its sources where they alone are told
-- apart. Fails with every week and filter where they do not.
with weekly as (

    select week_start, department, city, source, posting_type, applications
    from {{ ref('fct_applications_weekly') }}

),

counted as (

    select dates.week_start, daily.department, daily.city, daily.source, daily.posting_type, daily.applications
    from {{ ref('fct_applications_daily') }} as daily
    inner join {{ ref('dim_date') }} as dates
        on daily.date = dates.date

    union all

    select week_start, department, city, source, posting_type, -applications as applications
    from weekly

    union all

    select
        week_start,
        'of all' as department,
        'of all' as city,
        'of all' as source,
        'of all' as posting_type,
        applications
    from {{ ref('fct_sources_weekly') }}

    union all

    select
        week_start,
        'of all' as department,
        'of all' as city,
        'of all' as source,
        'of all' as posting_type,
        -applications as applications
    from weekly

)

select week_start, department, city, source, posting_type, sum(applications) as more_than_weeks
from counted
group by week_start, department, city, source, posting_type
having sum(applications) <> 0
