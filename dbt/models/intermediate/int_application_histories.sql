with histories as (

    select
        application_no,
        min(event_no) as first_event_no,
        min_by(observed_at, event_no) as first_observed_at,
        min_by(to_position, event_no) as first_position,
        max(furthest_stage_number) as furthest_stage_number,
        max(case when is_move and to_position = -1 then event_no end) as out_event_no,
        max_by(moved_on, case when is_move and to_position = -1 then event_no end) as out_on,
        max_by(
            moved_on, case when is_move and to_position = {{ stage_number_of('hired') }} then event_no end
        ) as hired_on
    from {{ ref('int_stage_moves') }}
    group by application_no

),

applications as (

    select
        applications.application_no,
        applications.candidate_no,
        applications.vacancy_no,
        applications.created_on,
        applications.outcome,
        histories.first_event_no,
        histories.out_event_no,
        histories.first_observed_at,
        {{ microseconds('coalesce(histories.first_observed_at, applications.first_seen_at)') }}
        - {{ microseconds('applications.created_at') }} as gap_microseconds,
        greatest(applications.stage_number, coalesce(histories.furthest_stage_number, 0)) as furthest_stage_number,
        case when applications.outcome = 'hired' then {{ stage_number_of('hired') }} else -1 end
        = histories.first_position as is_first_seen_at_end,
        case
            when applications.outcome = 'hired' then histories.hired_on
            when applications.outcome <> 'open' then histories.out_on
        end as moved_to_end_on
    from {{ ref('int_applications') }} as applications
    left join histories
        on applications.application_no = histories.application_no

),

timely as (

    select
        *,
        first_event_no is not null as has_history,
        first_event_no is not null and gap_microseconds <= {{ in_time() }} as is_seen_in_time
    from applications

),

ended as (

    select
        *,
        case
            when moved_to_end_on is not null then moved_to_end_on
            when outcome <> 'open' and is_seen_in_time and is_first_seen_at_end
                then {{ civil_date('first_observed_at') }}
        end as ended_on
    from timely

)

select
    ended.application_no,
    ended.candidate_no,
    ended.vacancy_no,
    ended.created_on,
    ended.outcome,
    ended.has_history,
    ended.first_event_no,
    ended.is_seen_in_time,
    ended.gap_microseconds > {{ in_time() }} as is_back_filled,
    {{ whole_quotient('greatest(ended.gap_microseconds, 0)', 3600 * 1000000) }} as first_seen_gap_hours,
    ended.furthest_stage_number,
    case when ended.outcome not in ('open', 'hired') then ended.out_event_no end as out_event_no,
    -- a wrong clock may have ended it before it was made
    case when ended.ended_on is not null then greatest(ended.ended_on, ended.created_on) end as closed_on,
    case
        when ended.ended_on is not null
            then greatest({{ day_number('ended.ended_on') }} - {{ day_number('ended.created_on') }}, 0)
        when ended.outcome = 'open' and ended.created_on <= period.as_of_on
            then period.as_of_day - {{ day_number('ended.created_on') }}
    end as days,
    ended.is_seen_in_time and (
        ended.ended_on is not null
        or coalesce(ended.outcome = 'open' and ended.created_on <= period.as_of_on, false)
    ) as is_eligible
from ended
cross join {{ ref('int_report_period') }} as period
