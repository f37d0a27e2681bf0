-- Under every filter but the source's, which small groups are folded in, the days have what the applications themselves
-- have. Fails with every day and filter where they have not.
with counted as (

    select
        dates.date,
        postings.department,
        postings.city,
        postings.posting_type,
        1 as applications
    from {{ ref('stg_applications') }} as applications
    inner join {{ ref('dim_date') }} as dates
        on {{ civil_date('applications.created_at') }} = dates.date
    left join {{ ref('dim_posting') }} as known
        on applications.vacancy_id = known.vacancy_id
    inner join {{ ref('dim_posting') }} as postings
        on coalesce(known.vacancy_id, 'none') = postings.vacancy_id

    union all

    select date, department, city, posting_type, -applications as applications
    from {{ ref('fct_applications_daily') }}

)

select date, department, city, posting_type, sum(applications) as applications_more_than_counted
from counted
group by date, department, city, posting_type
having sum(applications) <> 0
