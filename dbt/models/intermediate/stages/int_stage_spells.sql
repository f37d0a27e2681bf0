{{ config(materialized='table' if target.type == 'bigquery' else 'view') }}

-- few columns, since all of them are put in order
with entries as (

    select
        moves.application_no,
        moves.event_no,
        moves.to_position,
        case
            when moves.event_no <> histories.first_event_no then moves.moved_on
            -- when somebody came to where they were first seen is known of those alone that were seen soon
            when histories.is_seen_in_time then histories.created_on
        end as entered_on,
        moves.moved_on
    from {{ ref('int_stage_moves') }} as moves
    inner join {{ ref('int_application_histories') }} as histories
        on moves.application_no = histories.application_no
    where moves.is_move or moves.event_no = histories.first_event_no

),

followed as (

    select
        application_no,
        to_position,
        entered_on,
        lead(event_no) over (partition by application_no order by event_no) as next_event_no,
        lead(to_position) over (partition by application_no order by event_no) as next_position,
        lead(moved_on) over (partition by application_no order by event_no) as left_on
    from entries

)

select
    histories.candidate_no,
    followed.to_position as stage_number,
    followed.entered_on,
    case
        when followed.next_event_no is null then 'open'
        when followed.next_position = -1 and followed.next_event_no = histories.out_event_no then histories.outcome
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
inner join {{ ref('int_application_histories') }} as histories
    on followed.application_no = histories.application_no
cross join {{ ref('int_report_period') }} as period
where
    followed.to_position >= 0
    and followed.entered_on is not null
    and (followed.next_event_no is not null or histories.outcome = 'open')
