-- a run sees many changes at one instant, so days are made of few
with seen as (

    select
        observed_at,
        from_stage,
        to_stage,
        count(*) as changes
    from {{ ref('int_stage_changes') }}
    where to_stage is not null or from_stage is not null
    group by observed_at, from_stage, to_stage

),

days as (

    select
        {{ civil_date('observed_at') }} as seen_on,
        from_stage,
        to_stage,
        coalesce(from_stage = to_stage, false) as stays,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        cast(sum(changes) as bigint) as changes
    from seen
    group by {{ civil_date('observed_at') }}, from_stage, to_stage

),

-- each change twice: one in a stage more, and one in a stage less
sides as (

    select
        days.seen_on,
        days.from_stage,
        days.to_stage,
        days.first_observed_at,
        days.last_observed_at,
        both_sides.is_left,
        days.changes,
        min(days.seen_on) over (partition by days.to_stage) as first_seen_on,
        case when both_sides.is_left then days.from_stage else days.to_stage end as stage_name,
        case when days.stays then 0 when both_sides.is_left then -days.changes else days.changes end as more
    from days
    cross join (
        select true as is_left
        union all
        select false as is_left
    ) as both_sides

),

-- how many were in the stage when the day began: all that came, less all that left, but for those of the day
counted as (

    select
        *,
        sum(more) over (partition by stage_name order by seen_on range between unbounded preceding and current row)
        - sum(more) over (partition by stage_name, seen_on) as present
    from sides

),

-- from one name to another that is new on that day
candidates as (

    select *
    from counted
    where
        is_left
        and from_stage <> to_stage
        and seen_on = first_seen_on
        and changes >= {{ min_group() }}

)

-- one application may have moved more than once on a day
select
    candidates.seen_on,
    candidates.from_stage,
    candidates.to_stage,
    candidates.first_observed_at,
    candidates.last_observed_at,
    count(distinct changes.application_no) as applications
from candidates
inner join {{ ref('int_stage_changes') }} as changes
    on
        changes.may_be_renamed
        and candidates.from_stage = changes.from_stage
        and candidates.to_stage = changes.to_stage
        and changes.observed_at between candidates.first_observed_at and candidates.last_observed_at
group by
    candidates.seen_on,
    candidates.from_stage,
    candidates.to_stage,
    candidates.first_observed_at,
    candidates.last_observed_at
having
    count(distinct changes.application_no) >= {{ min_group() }}
    -- more than half of them; where more went than were there, the name before was another one already
    and 2 * count(distinct changes.application_no) > max(candidates.present)
    and count(distinct changes.application_no) <= max(candidates.present)
