with departments as (

    select
        vacancy_no,
        department,
        -- numbered by their names, so that equals have an order
        dense_rank() over (order by department) as group_no
    from (
        select
            vacancy_no,
            {{ compared_department('department') }} as department
        from {{ ref('int_vacancies') }}
    ) as vacancies

),

closed as (

    select
        dates.week_start,
        departments.group_no,
        departments.department,
        histories.candidate_no,
        histories.outcome,
        histories.days
    from {{ ref('int_application_histories') }} as histories
    inner join {{ ref('dim_date') }} as dates
        on histories.closed_on = dates.date
    inner join departments
        on histories.vacancy_no = departments.vacancy_no

),

{{ small_groups('closed', ['week_start'], ends=false) }},

told as (

    select
        closed.week_start,
        case when small_groups.is_folded then 'small groups' else closed.department end as department,
        case when small_groups.is_too_few then 'too few' else closed.outcome end as outcome,
        case when not small_groups.is_too_few then closed.days end as days
    from closed
    inner join small_groups
        on closed.week_start = small_groups.week_start and closed.group_no = small_groups.group_no

)

select
    week_start,
    department,
    outcome,
    cast(days as bigint) as days,
    count(*) as closed
from told
group by week_start, department, outcome, days
