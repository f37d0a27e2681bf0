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

weekly as (

    select coalesce(sum(closed), 0) as closed from {{ ref('fct_closed_weekly') }}

),

reasons as (

    select coalesce(sum(closed), 0) as closed from {{ ref('fct_reasons_weekly') }}

),

times as (

    select coalesce(sum(hires), 0) as hires from {{ ref('fct_times_to_hire') }}
    where period = 'history'

),

-- not called `counted`: in BigQuery that would be the whole row below, and not the column
sums as (

    select
        'fct_closed_weekly' as mart,
        weekly.closed as counted,
        ends.closed as expected
    from ends
    cross join weekly

    union all

    select
        'fct_reasons_weekly' as mart,
        reasons.closed as counted,
        ends.reasoned as expected
    from ends
    cross join reasons

    union all

    select
        'fct_times_to_hire' as mart,
        times.hires as counted,
        ends.hires as expected
    from ends
    cross join times

)

select *
from sums
where counted <> expected
