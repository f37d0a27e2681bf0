{{ config(materialized='view') }}

with entries as (

    select
        moves.application_no,
        moves.event_no,
        moves.to_position,
        moves.event_no = histories.first_event_no as is_first,
        moves.moved_on,
        histories.candidate_no,
        histories.created_on,
        histories.outcome,
        histories.is_seen_in_time,
        histories.out_event_no
    from {{ ref('int_stage_moves') }} as moves
    inner join {{ ref('int_application_histories') }} as histories
        on moves.application_no = histories.application_no
    where moves.is_move or moves.event_no = histories.first_event_no

),

followed as (

    select
        *,
        case when is_first then created_on else moved_on end as entered_on,
        lead(event_no) over (partition by application_no order by event_no) as next_event_no,
        lead(to_position) over (partition by application_no order by event_no) as next_position,
        lead(moved_on) over (partition by application_no order by event_no) as left_on
    from entries

)

select
    followed.candidate_no,
    followed.to_position as stage_number,
    followed.entered_on,
    case
        when followed.next_event_no is null then 'open'
        when followed.next_position = -1 and followed.next_event_no = followed.out_event_no then followed.outcome
        when followed.next_position = -1 then 'other'
        -- a stage without a kind is neither before nor after another one
        when least(followed.to_position, followed.next_position) < 2 then 'next'
        when followed.next_position > followed.to_position then 'next'
        else 'back'
    end as exit,
    greatest(
        {{ day_number('coalesce(followed.left_on, period.as_of_on, followed.entered_on)') }}
        - {{ day_number('followed.entered_on') }},
        0
    ) as days
from followed
cross join {{ ref('int_report_period') }} as period
where
    followed.to_position >= 0
    -- when somebody came to where they were first seen is known of those alone that were seen soon
    and (followed.is_seen_in_time or not followed.is_first)
    and (followed.next_event_no is not null or followed.outcome = 'open')
