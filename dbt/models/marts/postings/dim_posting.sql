with period as (

    select * from {{ ref('int_report_period') }}

),

events as (

    select
        vacancy_id,
        event,
        is_first_sight,
        {{ civil_date('observed_at') }} as observed_on,
        lead({{ civil_date('observed_at') }}) over (partition by vacancy_id, media_id order by event_no) as ended_on,
        -- the first of them all: one that may have been online for long already tells of the others that they may, too
        row_number() over (
            partition by vacancy_id, event
            order by observed_at asc, is_first_sight desc, media_id asc, event_no asc
        ) as event_rank
    from {{ ref('stg_posting_events') }}

),

first_published as (

    select
        vacancy_id,
        observed_on,
        is_first_sight
    from events
    where event = 'published' and event_rank = 1

),

-- when it was online in one medium, by the number of the first and the last day
spells as (

    select
        events.vacancy_id,
        {{ day_number('events.observed_on') }} as first_day,
        -- without as_of nothing is known to have been online: databases disagree on the least of what is null
        case
            when period.as_of_day is not null
                then least({{ day_number('coalesce(events.ended_on, period.as_of_on)') }}, period.as_of_day)
        end as last_day
    from events
    cross join period
    where events.event = 'published'

),

-- each spell less what those before it, in whatever medium, cover already
fresh_spells as (

    select
        vacancy_id,
        last_day,
        greatest(
            first_day,
            1 + coalesce(
                max(last_day) over (
                    partition by vacancy_id
                    order by first_day, last_day
                    rows between unbounded preceding and 1 preceding
                ),
                first_day - 1
            )
        ) as first_day
    from spells
    where first_day <= last_day

),

online as (

    select
        vacancy_id,
        cast(sum(greatest(0, last_day - first_day + 1)) as bigint) as days_online
    from fresh_spells
    group by vacancy_id

)

select
    vacancies.vacancy_id,
    vacancies.job_id,
    coalesce(vacancies.posting_type, 'none') as posting_type,
    vacancies.title,
    vacancies.department_id,
    {{ known_or_none('vacancies.department') }} as department,
    {{ known_or_none('vacancies.city') }} as city,
    {{ known_or_none('vacancies.country') }} as country,
    {{ civil_date('vacancies.created_at') }} as created_on,
    {{ civil_date('vacancies.edited_at') }} as edited_on,
    {{ civil_date('vacancies.deadline_at') }} as deadline_on,
    {{ civil_date('vacancies.first_seen_at') }} as first_seen_on,
    vacancies.is_published,
    vacancies.is_removed,
    vacancies.media,
    first_published.observed_on as published_on,
    not first_published.is_first_sight as is_published_on_exact,
    coalesce(online.days_online, 0) as days_online
from {{ ref('int_vacancies') }} as vacancies
left join first_published
    on vacancies.vacancy_id = first_published.vacancy_id
left join online
    on vacancies.vacancy_id = online.vacancy_id
