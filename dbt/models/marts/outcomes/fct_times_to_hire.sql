with periods as (

    select
        'history' as period,
        history_begins_day as first_day,
        as_of_day
    from {{ ref('int_report_period') }}
    {% for days in [365, 28] %}

        union all

        select
            'last_{{ days }}_days' as period,
            greatest(history_begins_day, as_of_day - {{ days - 1 }}) as first_day,
            as_of_day
        from {{ ref('int_report_period') }}
    {% endfor %}

),

hires as (

    select
        {{ compared_department('vacancies.department') }} as department,
        histories.vacancy_no,
        histories.candidate_no,
        {{ day_number('histories.closed_on') }} as closed_day,
        histories.days
    from {{ ref('int_application_histories') }} as histories
    inner join {{ ref('int_vacancies') }} as vacancies
        on histories.vacancy_no = vacancies.vacancy_no
    where histories.outcome = 'hired' and histories.closed_on is not null

),

told_departments as (

    {% if compares_departments() == 'true' %}
        select distinct hires.department
        from hires
        inner join periods
            on hires.closed_day between periods.first_day and periods.as_of_day and periods.period = 'history'
    {% else %}
        select 'all' as department
    {% endif %}

),

of_periods as (

    select
        periods.period,
        hires.department,
        hires.vacancy_no,
        hires.candidate_no,
        hires.days
    from hires
    inner join periods
        on hires.closed_day between periods.first_day and periods.as_of_day

),

jobs as (

    select
        period,
        department,
        vacancy_no,
        count(*) as hires,
        sum(days) as days,
        {{ whole_quotient('1000 * sum(days)', 'count(*)') }} as mean_millidays
    from of_periods
    group by period, department, vacancy_no

),

sizes as (

    select
        period,
        department,
        count(distinct candidate_no) as people
    from of_periods
    group by period, department

),

-- Emply has two means: one over all who were hired, and one over the means of the jobs that they were hired for
means as (

    select
        period,
        department,
        cast(sum(hires) as bigint) as hires,
        count(*) as jobs,
        {{ whole_quotient('1000 * sum(days)', 'sum(hires)') }} as mean_over_candidates_millidays,
        {{ whole_quotient('sum(mean_millidays)', 'count(*)') }} as mean_over_jobs_millidays
    from jobs
    group by period, department

),

-- where a longer period has a few more, what these took would follow from both
followed as (

    select
        means.period,
        means.department,
        max(
            case when longer.hires > means.hires and longer.hires < means.hires + {{ min_group() }} then 1 else 0 end
        ) as is_nearly_all
    from means
    inner join means as longer
        on means.department = longer.department
    group by means.period, means.department

),

told as (

    select means.*
    from means
    inner join sizes
        on means.period = sizes.period and means.department = sizes.department
    inner join followed
        on means.period = followed.period and means.department = followed.department
    where sizes.people >= {{ min_group() }} and followed.is_nearly_all = 0

)

select
    periods.period,
    told_departments.department,
    coalesce(means.hires, 0) as hires,
    told.jobs,
    cast(told.mean_over_candidates_millidays as bigint) as mean_over_candidates_millidays,
    cast(told.mean_over_jobs_millidays as bigint) as mean_over_jobs_millidays
from periods
cross join told_departments
left join means
    on periods.period = means.period and told_departments.department = means.department
left join told
    on periods.period = told.period and told_departments.department = told.department
