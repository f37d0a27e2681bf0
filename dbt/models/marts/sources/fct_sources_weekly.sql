-- without what else can be filtered by: in a small house, sources have min_group in a week, and not in one department
with sources as (

    select
        dates.week_start,
        applications.source,
        count(*) as applications
    from {{ ref('int_applications') }} as applications
    inner join {{ ref('dim_date') }} as dates
        on applications.created_on = dates.date
    group by dates.week_start, applications.source

),

{{ small_sources('sources', ['week_start']) }}

select
    week_start,
    label as source,
    cast(sum(applications) as bigint) as applications
from labels
group by week_start, label
