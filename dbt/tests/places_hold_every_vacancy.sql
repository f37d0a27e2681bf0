-- Every vacancy is at one place. Fails with one row that shows the numbers.
with places as (

    select
        coalesce(sum(postings), 0) as postings,
        coalesce(sum(open_postings), 0) as open_postings,
        coalesce(sum(applications_last_28_days), 0) as applications_last_28_days
    from {{ ref('fct_postings_by_location') }}

),

vacancies as (

    select
        count(case when vacancy_id <> 'none' then 1 end) as postings,
        count(case when is_published then 1 end) as open_postings,
        coalesce(sum(applications_last_28_days), 0) as applications_last_28_days
    from {{ ref('fct_applications_per_posting') }}

)

select places.*
from places
cross join vacancies
where
    places.postings <> vacancies.postings
    or places.open_postings <> vacancies.open_postings
    or places.applications_last_28_days <> vacancies.applications_last_28_days
