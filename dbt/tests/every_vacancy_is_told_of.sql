-- The vacancies that anything is known of, the row none besides, and no others, are those of each mart that has them.
-- Fails with every vacancy that is missing somewhere, or there more than once.
with told as (

    select distinct vacancy_id from {{ ref('stg_postings') }}
    union all
    select 'none' as vacancy_id
    union all
    select vacancy_id from {{ ref('dim_posting') }}
    union all
    select vacancy_id from {{ ref('fct_applications_per_posting') }}

)

select vacancy_id, count(*) as places
from told
group by vacancy_id
having count(*) <> 3
