with postings as (

    select
        *,
        -- a vacancy can stand in several media: one that is there speaks for it, then a published one, then the one
        -- edited last
        row_number() over (
            partition by vacancy_id
            order by is_removed asc, is_published desc, edited_at desc, media_id asc
        ) as media_rank
    from {{ ref('stg_postings') }}

),

vacancies as (

    select
        vacancy_id,
        count(*) as media,
        {{ dbt.bool_or('is_published') }} as is_published,
        -- gone when it is gone from every medium
        not {{ dbt.bool_or('not is_removed') }} as is_removed,
        min(created_at) as created_at,
        max(edited_at) as edited_at,
        max(deadline_at) as deadline_at,
        min(first_seen_at) as first_seen_at
    from postings
    group by vacancy_id

)

select
    row_number() over (order by vacancies.vacancy_id) as vacancy_no,
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
    vacancies.is_removed,
    vacancies.created_at,
    vacancies.edited_at,
    vacancies.deadline_at,
    vacancies.first_seen_at
from vacancies
inner join postings
    on vacancies.vacancy_id = postings.vacancy_id and postings.media_rank = 1

union all

-- where applications are counted that know no vacancy, or one that nobody has posted
select
    0 as vacancy_no,
    'none' as vacancy_id,
    null as job_id,
    'none' as posting_type,
    'none' as title,
    null as department_id,
    null as department,
    null as city,
    null as country,
    0 as media,
    false as is_published,
    false as is_removed,
    null as created_at,
    null as edited_at,
    null as deadline_at,
    null as first_seen_at
