-- Every application whose vacancy has a posting is counted, and counted once: a join that fans out would be seen
-- here. Fails with one row that shows both numbers.
with expected as (

    select count(*) as applications
    from {{ ref('stg_applications') }}
    where vacancy_id in (select vacancy_id from {{ ref('stg_postings') }})

),

counted as (

    select coalesce(sum(applications), 0) as applications
    from {{ ref('fct_applications_per_posting') }}

)

select
    expected.applications as expected_applications,
    counted.applications as counted_applications
from expected
cross join counted
where expected.applications <> counted.applications
