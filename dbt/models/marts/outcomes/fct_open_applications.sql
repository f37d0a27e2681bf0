with aged as (

    select
        {{ compared_department('vacancies.department') }} as department,
        applications.stage_number,
        period.as_of_day - {{ day_number('applications.created_on') }} as age_days
    from {{ ref('int_applications') }} as applications
    inner join {{ ref('int_vacancies') }} as vacancies
        on applications.vacancy_no = vacancies.vacancy_no
    cross join {{ ref('int_report_period') }} as period
    where applications.outcome = 'open' and applications.created_on <= period.as_of_on

),

open_applications as (

    select
        department,
        stage_number,
        age_days,
        count(*) as applications
    from aged
    group by department, stage_number, age_days

),

departments as (

    select
        department,
        sum(applications) as applications
    from open_applications
    group by department

),

ranked as (

    select
        department,
        applications,
        applications >= {{ min_group() }} as is_told,
        row_number() over (
            partition by applications >= {{ min_group() }}
            order by applications, department
        ) as size_rank,
        sum(case when applications < {{ min_group() }} then applications else 0 end) over () as leftover
    from departments

),

-- where those that are few are so even together, the smallest of the others joins them
folded as (

    select
        department,
        not is_told or (size_rank = 1 and leftover > 0 and leftover < {{ min_group() }}) as is_folded
    from ranked

),

told as (

    select
        {{ stage_kind_of('open_applications.stage_number') }} as stage_kind,
        case
            when open_applications.age_days <= 7 then '0-7'
            when open_applications.age_days <= 14 then '8-14'
            when open_applications.age_days <= 30 then '15-30'
            when open_applications.age_days <= 60 then '31-60'
            else '61+'
        end as age_band,
        case when folded.is_folded then 'small groups' else open_applications.department end as department,
        open_applications.applications
    from open_applications
    inner join folded
        on open_applications.department = folded.department

)

select
    stage_kind,
    age_band,
    department,
    cast(sum(applications) as bigint) as applications
from told
group by stage_kind, age_band, department
