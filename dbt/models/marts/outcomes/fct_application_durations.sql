with vacancies as (

    select
        vacancy_no,
        {{ compared_department('department') }} as department,
        {{ known_or_none('city') }} as city
    from {{ ref('int_vacancies') }}

),

places as (

    select
        department,
        city
    from vacancies
    union distinct
    select
        department,
        city
    from {{ ref('int_frozen_applications') }}

),

-- numbered by their names, so that equals have an order
numbered_places as (

    select
        department,
        city,
        case
            when department = 'small groups' and city = 'small groups' then 0
            else row_number() over (order by department, city)
        end as group_no
    from places

),

vacancy_groups as (

    select
        vacancies.vacancy_no,
        numbered_places.group_no
    from vacancies
    inner join numbered_places
        on vacancies.department = numbered_places.department and vacancies.city = numbered_places.city

),

cohorts as (

    select
        dates.month_start as created_month,
        vacancy_groups.group_no,
        histories.candidate_no,
        histories.outcome,
        histories.is_eligible,
        case when histories.is_eligible then histories.days end as days
    from {{ ref('int_application_histories') }} as histories
    inner join {{ ref('dim_date') }} as dates
        on histories.created_on = dates.date
    inner join vacancy_groups
        on histories.vacancy_no = vacancy_groups.vacancy_no

),

frozen as (

    select
        frozen.created_month,
        numbered_places.group_no,
        frozen.outcome,
        frozen.is_eligible,
        -- the middle of the week
        case when frozen.is_eligible then 7 * frozen.weeks + 3 end as days,
        frozen.applications
    from {{ ref('int_frozen_applications') }} as frozen
    inner join numbered_places
        on frozen.department = numbered_places.department and frozen.city = numbered_places.city

),

{{ small_groups('cohorts', ['created_month'], frozen='frozen') }},

counted as (

    select
        created_month,
        group_no,
        outcome,
        is_eligible,
        days,
        false as is_frozen,
        count(*) as applications
    from cohorts
    group by created_month, group_no, outcome, is_eligible, days

    union all

    select
        created_month,
        group_no,
        outcome,
        is_eligible,
        days,
        true as is_frozen,
        applications
    from frozen

),

told as (

    select
        counted.created_month,
        case when small_groups.is_folded then 'small groups' else numbered_places.department end as department,
        case when small_groups.is_folded then 'small groups' else numbered_places.city end as city,
        case when small_groups.is_too_few then 'too few' else counted.outcome end as outcome,
        counted.is_eligible and not small_groups.is_too_few as is_eligible,
        case when not small_groups.is_too_few then counted.days end as days,
        counted.is_frozen,
        counted.applications
    from counted
    inner join small_groups
        on counted.created_month = small_groups.created_month and counted.group_no = small_groups.group_no
    inner join numbered_places
        on counted.group_no = numbered_places.group_no

)

select
    created_month,
    department,
    city,
    outcome,
    is_eligible,
    cast(days as bigint) as days,
    is_frozen,
    cast(sum(applications) as bigint) as applications
from told
group by created_month, department, city, outcome, is_eligible, days, is_frozen
