with export_runs as (

    {{ latest_version(source('warehouse', 'export_run'), ['run_id'], keeps_removed=true) }}

)

select
    run_id,
    started as started_at,
    as_of,
    changed_seq
from export_runs
