-- What retention has let go of is counted in both marts that have it, in months of the history alone. Fails with one
-- row that shows the numbers.
with frozen as (

    select coalesce(sum(frozen.applications), 0) as applications
    from {{ ref('stg_frozen_applications') }} as frozen
    cross join {{ ref('int_report_period') }} as period
    where cast(frozen.month || '-01' as date) between period.history_begins_on and period.as_of_on

),

durations as (

    select coalesce(sum(applications), 0) as applications
    from {{ ref('fct_application_durations') }}
    where is_frozen

),

funnel as (

    select coalesce(sum(applications), 0) as applications
    from {{ ref('fct_funnel') }}
    where is_frozen

),

checks as (

    select max(value) as applications
    from {{ ref('data_quality') }}
    where check_name = 'applications_forgotten'

)

select
    frozen.applications as expected,
    durations.applications as of_durations,
    funnel.applications as of_funnel,
    checks.applications as of_checks
from frozen
cross join durations
cross join funnel
cross join checks
where
    durations.applications <> frozen.applications
    or funnel.applications <> frozen.applications
    or checks.applications <> frozen.applications
