{{ config(materialized='view') }}

with changes as (

    select * from {{ ref('int_stage_changes') }}

),

renamed as (

    select
        changes.application_no,
        changes.event_no
    from changes
    inner join {{ ref('int_renamed_stages') }} as renames
        on
            changes.from_stage = renames.from_stage
            and changes.to_stage = renames.to_stage
            and changes.observed_at between renames.first_observed_at and renames.last_observed_at

),

renamed_applications as (

    select distinct application_no from renamed

),

-- of applications whose stage was renamed: how many of their changes are none of that, up to each
counted as (

    select
        changes.*,
        renamed.event_no is not null as is_renamed,
        sum(case when renamed.event_no is null then 1 else 0 end) over (
            partition by changes.application_no
            order by changes.event_no
            rows between unbounded preceding and current row
        ) as changes_up_to_here
    from changes
    inner join renamed_applications
        on changes.application_no = renamed_applications.application_no
    left join renamed
        on changes.application_no = renamed.application_no and changes.event_no = renamed.event_no

),

ranked as (

    select
        *,
        row_number() over (partition by application_no, changes_up_to_here, is_renamed order by event_no) as rank
    from counted

),

-- where each was before its stage was renamed, once or more often in a row: from there the next change counts
before as (

    select
        application_no,
        changes_up_to_here,
        from_position
    from ranked
    where is_renamed and rank = 1

),

told as (

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
    from changes
    left join renamed_applications
        on changes.application_no = renamed_applications.application_no
    where renamed_applications.application_no is null

    union all

    select
        ranked.application_no,
        ranked.event_no,
        ranked.is_first_sight,
        ranked.observed_at,
        ranked.furthest_stage_number,
        coalesce(before.from_position, ranked.from_position) as from_position,
        ranked.to_position,
        ranked.moved_on,
        ranked.gap_hours,
        ranked.is_renamed
    from ranked
    left join before
        on
            not ranked.is_renamed
            and ranked.application_no = before.application_no
            and ranked.changes_up_to_here = before.changes_up_to_here + 1

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
