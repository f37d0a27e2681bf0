-- Whatever is filtered by, the days of a week add up to the week. Fails with every week and filter where they do not.
with counted as (

    select dates.week_start, daily.department, daily.city, daily.source, daily.posting_type, daily.applications
    from {{ ref('fct_applications_daily') }} as daily
    inner join {{ ref('dim_date') }} as dates
        on daily.date = dates.date

    union all

    select week_start, department, city, source, posting_type, -applications as applications
    from {{ ref('fct_applications_weekly') }}

)

select week_start, department, city, source, posting_type, sum(applications) as days_more_than_weeks
from counted
group by week_start, department, city, source, posting_type
having sum(applications) <> 0
