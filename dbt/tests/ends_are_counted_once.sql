-- Every end that was seen on a day of dim_date is counted in each mart of ends, and counted once. Fails with a row for
-- each mart that has another sum.
with ends as (

    select
        count(*) as closed,
        count(case when histories.outcome in ('rejected', 'withdrawn') then 1 end) as reasoned,
        count(case when histories.outcome = 'hired' then 1 end) as hires
    from {{ ref('int_application_histories') }} as histories
    inner join {{ ref('dim_date') }} as dates
        on histories.closed_on = dates.date

),

counted as (

    select
        'fct_closed_weekly' as mart,
        coalesce(sum(weekly.closed), 0) as counted,
        max(ends.closed) as expected
    from ends
    left join {{ ref('fct_closed_weekly') }} as weekly
        on weekly.closed is not null

    union all

    select
        'fct_reasons_weekly' as mart,
        coalesce(sum(reasons.closed), 0) as counted,
        max(ends.reasoned) as expected
    from ends
    left join {{ ref('fct_reasons_weekly') }} as reasons
        on reasons.closed is not null

    union all

    select
        'fct_times_to_hire' as mart,
        coalesce(sum(times.hires), 0) as counted,
        max(ends.hires) as expected
    from ends
    left join {{ ref('fct_times_to_hire') }} as times
        on times.period = 'history'

)

select *
from counted
where counted <> expected
