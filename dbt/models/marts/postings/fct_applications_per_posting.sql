with applications as (

    select
        applications.vacancy_no,
        applications.candidate_no,
        applications.created_at,
        applications.created_on,
        applications.is_active,
        applications.is_disqualified,
        applications.outcome,
        coalesce(
            applications.created_on between period.last_7_days_begin_on and period.as_of_on, false
        ) as is_of_last_7_days,
        coalesce(
            applications.created_on between period.last_28_days_begin_on and period.as_of_on, false
        ) as is_of_last_28_days
    from {{ ref('int_applications') }} as applications
    cross join {{ ref('int_report_period') }} as period

),

counts as (

    select
        vacancy_no,
        count(*) as applications,
        count(case when is_active then 1 end) as active_applications,
        count(case when is_disqualified then 1 end) as disqualified_applications,
        count(distinct candidate_no) as candidates,
        count(case when is_of_last_7_days then 1 end) as applications_last_7_days,
        count(case when is_of_last_28_days then 1 end) as applications_last_28_days,
        count(case when outcome = 'hired' then 1 end) as hired,
        count(case when outcome = 'rejected' then 1 end) as rejected,
        count(case when outcome = 'withdrawn' then 1 end) as withdrawn,
        min(created_at) as first_application_at,
        max(created_at) as last_application_at,
        min(created_on) as first_application_on,
        max(created_on) as last_application_on
    from applications
    group by vacancy_no

),

-- few applications or few people, or all with the same end: what became of somebody would be told
told as (

    select
        vacancy_no,
        active_applications,
        disqualified_applications,
        hired,
        rejected,
        withdrawn
    from counts
    where
        least(applications, candidates) >= {{ min_group() }}
        and greatest(hired, rejected, withdrawn, disqualified_applications) < applications
        and active_applications > 0

),

vacancies as (

    select
        vacancies.*,
        -- without any there is nothing to hide
        case when counts.vacancy_no is null then 0 end as nothing,
        coalesce(counts.applications, 0) as applications
    from {{ ref('int_vacancies') }} as vacancies
    left join counts
        on vacancies.vacancy_no = counts.vacancy_no

)

select
    vacancies.vacancy_id,
    vacancies.job_id,
    vacancies.posting_type,
    vacancies.title,
    vacancies.department_id,
    vacancies.department,
    vacancies.city,
    vacancies.country,
    vacancies.media,
    vacancies.is_published,
    vacancies.created_at,
    vacancies.edited_at,
    vacancies.deadline_at,
    vacancies.applications,
    coalesce(told.active_applications, vacancies.nothing) as active_applications,
    coalesce(told.disqualified_applications, vacancies.nothing) as disqualified_applications,
    coalesce(counts.candidates, 0) as candidates,
    counts.first_application_at,
    counts.last_application_at,
    coalesce(counts.applications_last_7_days, 0) as applications_last_7_days,
    coalesce(counts.applications_last_28_days, 0) as applications_last_28_days,
    vacancies.is_removed,
    case
        when vacancies.vacancy_id <> 'none'
            then rank() over (
                partition by vacancies.vacancy_id = 'none'
                order by vacancies.applications desc
            )
    end as rank,
    counts.first_application_on,
    counts.last_application_on,
    coalesce(told.hired, vacancies.nothing) as hired,
    coalesce(told.rejected, vacancies.nothing) as rejected,
    coalesce(told.withdrawn, vacancies.nothing) as withdrawn
from vacancies
left join counts
    on vacancies.vacancy_no = counts.vacancy_no
left join told
    on vacancies.vacancy_no = told.vacancy_no
