-- numbers and few texts, since all that is counted of stages begins here
with changes as (

    select
        applications.application_no,
        events.event_no,
        events.is_first_sight,
        events.observed_at,
        events.previous_observed_at,
        events.from_stage,
        events.to_stage,
        {{ stage_number('events.from_stage_kind', 'events.from_stage') }} as from_stage_number,
        {{ stage_number('events.to_stage_kind', 'events.to_stage') }} as to_stage_number,
        {{ is_out('events.from_stage_kind', 'events.from_status') }} as was_out,
        {{ is_out('events.to_stage_kind', 'events.to_status') }} as is_out,
        -- the source's own time of an update is believed where it lies between the two readings
        case
            when
                events.occurred_at <= events.observed_at
                and events.occurred_at >= coalesce(events.previous_observed_at, events.occurred_at)
                then events.occurred_at
            else events.observed_at
        end as moved_at
    from {{ ref('stg_application_events') }} as events
    inner join {{ ref('int_applications') }} as applications
        on events.application_no = applications.application_no

)

select
    application_no,
    event_no,
    is_first_sight,
    observed_at,
    from_stage,
    to_stage,
    -- another name, for all that is known: neither of two kinds, nor the end of anything
    coalesce(from_stage <> to_stage, false)
    and was_out = is_out
    and (least(from_stage_number, to_stage_number) < 2 or from_stage_number = to_stage_number) as may_be_renamed,
    greatest(from_stage_number, to_stage_number) as furthest_stage_number,
    case when was_out then -1 else from_stage_number end as from_position,
    case when is_out then -1 else to_stage_number end as to_position,
    case when not is_first_sight then {{ civil_date('moved_at') }} end as moved_on,
    case
        when previous_observed_at is not null
            then {{ whole_quotient(
                'greatest(0, ' ~ microseconds('observed_at') ~ ' - ' ~ microseconds('previous_observed_at') ~ ')',
                3600 * 1000000
            ) }}
    end as gap_hours
from changes
