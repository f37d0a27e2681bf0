-- Every application is counted in each mart, and counted once: a join that fans out or leaves out would be seen here.
-- By the day those are counted that dim_date has the day of. Fails with a row for each mart that has another sum.
with expected as (

    select
        count(*) as applications,
        count(case when dates.date is not null then 1 end) as applications_of_days
    from {{ ref('stg_applications') }} as applications
    left join {{ ref('dim_date') }} as dates
        on {{ civil_date('applications.created_at') }} = dates.date

),

checks as (

    select
        sum(case when check_name = 'applications' then value end) as applications,
        sum(
            case
                when check_name = 'applications' then value
                when check_name in ('applications_before_history', 'applications_after_as_of') then -value
            end
        ) as applications_of_days
    from {{ ref('data_quality') }}

),

counted as (

    select 'fct_applications_per_posting' as mart, false as is_by_day, sum(applications) as counted
    from {{ ref('fct_applications_per_posting') }}
    union all
    select 'fct_postings_by_location' as mart, false as is_by_day, sum(applications) as counted
    from {{ ref('fct_postings_by_location') }}
    union all
    select 'data_quality' as mart, false as is_by_day, applications as counted from checks
    union all
    select 'data_quality' as mart, true as is_by_day, applications_of_days as counted from checks
    union all
    select 'fct_applications_daily' as mart, true as is_by_day, coalesce(sum(applications), 0) as counted
    from {{ ref('fct_applications_daily') }}
    union all
    select 'fct_applications_weekly' as mart, true as is_by_day, coalesce(sum(applications), 0) as counted
    from {{ ref('fct_applications_weekly') }}
    union all
    select 'fct_sources_weekly' as mart, true as is_by_day, coalesce(sum(applications), 0) as counted
    from {{ ref('fct_sources_weekly') }}

)

select
    counted.mart,
    counted.counted,
    case when counted.is_by_day then expected.applications_of_days else expected.applications end as expected
from counted
cross join expected
where
    counted.counted is null
    or counted.counted <> case when counted.is_by_day then expected.applications_of_days else expected.applications end
