-- numbers and few texts, since all that is counted of stages begins here
with numbered as (

    select
        applications.application_no,
        versions.event_no,
        versions.is_first_sight,
        versions.observed_at,
        versions.from_stage,
        versions.to_stage,
        {{ stage_number('versions.from_stage_kind', 'versions.from_stage') }} as from_stage_number,
        {{ stage_number('versions.to_stage_kind', 'versions.to_stage') }} as to_stage_number,
        {{ position_number(
            'versions.from_stage_kind', 'versions.from_stage', 'versions.from_status_code'
        ) }} as from_position,
        {{ position_number('versions.to_stage_kind', 'versions.to_stage', 'versions.to_status_code') }} as to_position,
        -- the source's own time of an update is believed where it lies between the two readings
        case
            when
                versions.occurred_at <= versions.observed_at
                and versions.occurred_at >= coalesce(versions.previous_observed_at, versions.occurred_at)
                then versions.occurred_at
            else versions.observed_at
        end as moved_at,
        versions.previous_observed_at,
        versions.removed,
        versions.changed_seq
    from {{ ref('stg_application_event_versions') }} as versions
    inner join {{ ref('int_applications') }} as applications
        on versions.application_id = applications.application_id

),

-- as staging has them, told apart by the number of the application, which takes half as long
changes as (

    {{ latest_version('numbered', ['application_no', 'event_no']) }}

)

select
    application_no,
    event_no,
    is_first_sight,
    observed_at,
    from_stage,
    to_stage,
    greatest(from_stage_number, to_stage_number) as furthest_stage_number,
    from_position,
    to_position,
    case when not is_first_sight then {{ civil_date('moved_at') }} end as moved_on,
    case
        when previous_observed_at is not null
            then {{ whole_quotient(
                'greatest(0, ' ~ microseconds('observed_at') ~ ' - ' ~ microseconds('previous_observed_at') ~ ')',
                3600 * 1000000
            ) }}
    end as gap_hours
from changes
