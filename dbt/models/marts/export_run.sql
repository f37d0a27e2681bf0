select
    run_id,
    started_at,
    as_of,
    as_of_on,
    '{{ report_time_zone() }}' as time_zone,
    history_begins_on,
    cast({{ min_group() }} as bigint) as min_group,
    {{ compares_departments() }} as compares_departments
from {{ ref('int_report_period') }}
where run_id is not null
