with postings as (

    select
        *,
        -- a vacancy can stand in several media: the published one speaks for it, then the one edited last
        row_number() over (
            partition by vacancy_id
            order by is_published desc, edited_at desc, media_id
        ) as media_rank
    from {{ ref('stg_postings') }}

),

applications as (

    select * from {{ ref('stg_applications') }}

),

-- "the last days" end at the newest application there is, not at the time of the run: the same data always
-- gives the same numbers
newest as (

    select max(created_at) as created_at from applications

),

vacancies as (

    select
        vacancy_id,
        count(*) as media,
        {{ dbt.bool_or('is_published') }} as is_published,
        min(created_at) as created_at,
        max(edited_at) as edited_at,
        max(deadline_at) as deadline_at
    from postings
    group by vacancy_id

),

counts as (

    select
        applications.vacancy_id,
        count(*) as applications,
        count(case when applications.status = 'active' then 1 end) as active_applications,
        count(case when applications.is_disqualified then 1 end) as disqualified_applications,
        count(distinct applications.candidate_key) as candidates,
        min(applications.created_at) as first_application_at,
        max(applications.created_at) as last_application_at,
        count(
            case when applications.created_at > {{ days_before(7, 'newest.created_at') }} then 1 end
        ) as applications_last_7_days,
        count(
            case when applications.created_at > {{ days_before(28, 'newest.created_at') }} then 1 end
        ) as applications_last_28_days
    from applications
    cross join newest
    group by applications.vacancy_id

)

select
    vacancies.vacancy_id,
    postings.job_id,
    postings.posting_type,
    postings.title,
    postings.department_id,
    postings.department,
    postings.city,
    postings.country,
    vacancies.media,
    vacancies.is_published,
    vacancies.created_at,
    vacancies.edited_at,
    vacancies.deadline_at,
    coalesce(counts.applications, 0) as applications,
    coalesce(counts.active_applications, 0) as active_applications,
    coalesce(counts.disqualified_applications, 0) as disqualified_applications,
    coalesce(counts.candidates, 0) as candidates,
    counts.first_application_at,
    counts.last_application_at,
    coalesce(counts.applications_last_7_days, 0) as applications_last_7_days,
    coalesce(counts.applications_last_28_days, 0) as applications_last_28_days
from vacancies
inner join postings
    on postings.vacancy_id = vacancies.vacancy_id and postings.media_rank = 1
left join counts
    on counts.vacancy_id = vacancies.vacancy_id
