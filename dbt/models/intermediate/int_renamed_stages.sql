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
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        cast(sum(changes) as bigint) as changes
    from seen
    group by {{ civil_date('observed_at') }}, from_stage, to_stage

),

first_days as (

    select
        to_stage,
        min(seen_on) as seen_on
    from days
    where to_stage is not null
    group by to_stage

),

-- to a label that is new on that day, from another one
candidates as (

    select
        days.seen_on,
        days.from_stage,
        days.to_stage,
        days.first_observed_at,
        days.last_observed_at
    from days
    inner join first_days
        on days.to_stage = first_days.to_stage and days.seen_on = first_days.seen_on
    where days.from_stage <> days.to_stage and days.changes >= {{ min_group() }}

),

-- one application may have moved more than once on a day
moved as (

    select
        candidates.seen_on,
        candidates.from_stage,
        candidates.to_stage,
        count(distinct changes.application_no) as applications
    from candidates
    inner join {{ ref('int_stage_changes') }} as changes
        on
            candidates.from_stage = changes.from_stage
            and candidates.to_stage = changes.to_stage
            and changes.observed_at between candidates.first_observed_at and candidates.last_observed_at
    group by candidates.seen_on, candidates.from_stage, candidates.to_stage

),

-- how many were in the old stage when the day began: who came, less who left
present as (

    select
        candidates.seen_on,
        candidates.from_stage,
        candidates.to_stage,
        cast(sum(
            case when days.to_stage = candidates.from_stage then days.changes else -days.changes end
        ) as bigint) as applications
    from candidates
    inner join days
        on
            candidates.seen_on > days.seen_on
            and candidates.from_stage in (days.from_stage, days.to_stage)
    -- what stays in a stage neither comes nor leaves
    where days.from_stage is null or days.to_stage is null or days.from_stage <> days.to_stage
    group by candidates.seen_on, candidates.from_stage, candidates.to_stage

)

select
    candidates.seen_on,
    candidates.from_stage,
    candidates.to_stage,
    candidates.first_observed_at,
    candidates.last_observed_at,
    moved.applications
from candidates
inner join moved
    on
        candidates.seen_on = moved.seen_on
        and candidates.from_stage = moved.from_stage
        and candidates.to_stage = moved.to_stage
left join present
    on
        candidates.seen_on = present.seen_on
        and candidates.from_stage = present.from_stage
        and candidates.to_stage = present.to_stage
where
    moved.applications >= {{ min_group() }}
    and 2 * moved.applications > coalesce(present.applications, 0)
