with renamed as (

    select
        changes.application_no,
        changes.event_no
    from {{ ref('int_stage_changes') }} as changes
    inner join {{ ref('int_renamed_stages') }} as renames
        on
            changes.may_be_renamed
            and changes.from_stage = renames.from_stage
            and changes.to_stage = renames.to_stage
            and changes.observed_at between renames.first_observed_at and renames.last_observed_at

),

-- few, if any: they alone are put in order
renamed_applications as (

    select distinct application_no from renamed

),

changes as (

    select
        changes.application_no,
        changes.event_no,
        changes.is_first_sight,
        changes.observed_at,
        changes.furthest_stage_number,
        changes.from_position,
        changes.to_position,
        changes.moved_on,
        changes.gap_hours,
        renamed.event_no is not null as is_renamed
    from {{ ref('int_stage_changes') }} as changes
    inner join renamed_applications
        on changes.application_no = renamed_applications.application_no
    left join renamed
        on changes.application_no = renamed.application_no and changes.event_no = renamed.event_no

),

-- a change and the changes of name just before it are one step, since they follow as many others
steps as (

    select
        *,
        sum(case when is_renamed then 0 else 1 end) over (
            partition by application_no
            order by event_no
            rows between unbounded preceding and current row
        ) - case when is_renamed then 0 else 1 end as step
    from changes

),

-- from where the application was before its stage was renamed, once or more often, the next change counts
told as (

    select
        application_no,
        event_no,
        is_first_sight,
        observed_at,
        furthest_stage_number,
        first_value(from_position) over (partition by application_no, step order by event_no) as from_position,
        to_position,
        moved_on,
        gap_hours,
        is_renamed
    from steps

    union all

    select
        changes.application_no,
        changes.event_no,
        changes.is_first_sight,
        changes.observed_at,
        changes.furthest_stage_number,
        changes.from_position,
        changes.to_position,
        changes.moved_on,
        changes.gap_hours,
        false as is_renamed
    from {{ ref('int_stage_changes') }} as changes
    left join renamed_applications
        on changes.application_no = renamed_applications.application_no
    where renamed_applications.application_no is null

)

select
    application_no,
    event_no,
    observed_at,
    -- what a change of name alone has made is no stage that anybody came to
    case when not is_renamed then furthest_stage_number end as furthest_stage_number,
    from_position,
    to_position,
    moved_on,
    gap_hours,
    not is_first_sight and not is_renamed and from_position <> to_position as is_move
from told
