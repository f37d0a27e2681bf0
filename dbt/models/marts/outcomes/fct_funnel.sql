with vacancies as (

    select
        vacancy_no,
        {{ compared_department('department') }} as department
    from {{ ref('int_vacancies') }}

),

-- numbered by their names, so that equals have an order
departments as (

    select
        department,
        case
            when department = 'small groups' then 0
            else row_number() over (order by department)
        end as group_no
    from (
        select department from vacancies
        union distinct
        select department from {{ ref('int_frozen_applications') }}
    ) as names

),

vacancy_groups as (

    select
        vacancies.vacancy_no,
        departments.group_no
    from vacancies
    inner join departments
        on vacancies.department = departments.department

),

cohorts as (

    select
        dates.week_start as period_begins_on,
        false as is_frozen,
        dates.month_start as created_month,
        vacancy_groups.group_no,
        histories.candidate_no,
        histories.furthest_stage_number,
        histories.outcome
    from {{ ref('int_application_histories') }} as histories
    inner join {{ ref('dim_date') }} as dates
        on histories.created_on = dates.date
    inner join vacancy_groups
        on histories.vacancy_no = vacancy_groups.vacancy_no

),

-- of these, the month alone is known
frozen as (

    select
        frozen.created_month as period_begins_on,
        true as is_frozen,
        frozen.created_month,
        departments.group_no,
        frozen.furthest_stage_kind,
        frozen.outcome,
        frozen.applications
    from {{ ref('int_frozen_applications') }} as frozen
    inner join departments
        on frozen.department = departments.department

),

-- a week of two months is a group in each, since both are filtered by
{{ small_groups('cohorts', ['is_frozen', 'created_month', 'period_begins_on'], frozen='frozen') }},

counted as (

    select
        created_month,
        is_frozen,
        period_begins_on,
        group_no,
        {{ stage_kind_of('furthest_stage_number') }} as furthest_stage_kind,
        outcome,
        count(*) as applications
    from cohorts
    group by created_month, is_frozen, period_begins_on, group_no, furthest_stage_number, outcome

    union all

    select
        created_month,
        is_frozen,
        period_begins_on,
        group_no,
        furthest_stage_kind,
        outcome,
        applications
    from frozen

),

told as (

    select
        counted.created_month,
        case when not counted.is_frozen then counted.period_begins_on end as week_start,
        case when small_groups.is_folded then 'small groups' else departments.department end as department,
        case when small_groups.is_too_few then 'too few' else counted.furthest_stage_kind end as furthest_stage_kind,
        case when small_groups.is_too_few then 'too few' else counted.outcome end as outcome,
        counted.is_frozen,
        counted.applications
    from counted
    inner join small_groups
        on
            counted.is_frozen = small_groups.is_frozen
            and counted.created_month = small_groups.created_month
            and counted.period_begins_on = small_groups.period_begins_on
            and counted.group_no = small_groups.group_no
    inner join departments
        on counted.group_no = departments.group_no

)

select
    created_month,
    week_start,
    department,
    furthest_stage_kind,
    outcome,
    is_frozen,
    cast(sum(applications) as bigint) as applications
from told
group by created_month, week_start, department, furthest_stage_kind, outcome, is_frozen
