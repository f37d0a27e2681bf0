with frozen as (

    select
        *,
        cast(month || '-01' as date) as created_month,
        department = 'small groups' and city = 'small groups' as is_folded
    from {{ ref('stg_frozen_applications') }}

)

select
    frozen.created_month,
    case
        when frozen.is_folded then frozen.department
        else {{ compared_department('frozen.department') }}
    end as department,
    frozen.city,
    frozen.furthest_stage_kind,
    frozen.outcome,
    frozen.is_eligible,
    frozen.weeks,
    frozen.applications
from frozen
cross join {{ ref('int_report_period') }} as period
where frozen.created_month between period.history_begins_on and period.as_of_on
