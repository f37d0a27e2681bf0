with application_months as (

    {{ latest_version(source('warehouse', 'application_month'), ['group_key']) }}

)

select
    group_key,
    month,
    department,
    city,
    furthest_stage_kind,
    outcome,
    reason_kind,
    is_eligible,
    weeks,
    applications,
    changed_seq
from application_months
