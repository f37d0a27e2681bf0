with closed as (

    select
        dates.week_start,
        applications.candidate_no,
        applications.reason_kind,
        applications.reason
    from {{ ref('int_application_histories') }} as histories
    inner join {{ ref('dim_date') }} as dates
        on histories.closed_on = dates.date
    inner join {{ ref('int_applications') }} as applications
        on histories.application_no = applications.application_no
    where histories.outcome in ('rejected', 'withdrawn')

),

told_weeks as (

    select week_start
    from closed
    group by week_start
    having count(distinct candidate_no) >= {{ min_group() }}

),

-- what few have ever been told may tell who they are
told_reasons as (

    select reason
    from closed
    group by reason
    having count(distinct candidate_no) >= {{ min_group() }}

),

told as (

    select
        closed.week_start,
        case when told_weeks.week_start is null then 'too few' else closed.reason_kind end as reason_kind,
        case
            when told_weeks.week_start is null then 'too few'
            when told_reasons.reason is null then 'small groups'
            else closed.reason
        end as reason
    from closed
    left join told_weeks
        on closed.week_start = told_weeks.week_start
    left join told_reasons
        on closed.reason = told_reasons.reason

)

select
    week_start,
    reason_kind,
    reason,
    count(*) as closed
from told
group by week_start, reason_kind, reason
