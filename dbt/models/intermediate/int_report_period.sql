-- one row, also where nothing was exported yet: whoever joins it loses none of its own
with runs as (

    select
        *,
        -- runs that failed arrive with the next one, as one change
        row_number() over (order by changed_seq desc, started_at desc) as run_rank
    from {{ ref('stg_export_runs') }}

),

last_run as (

    select
        max(run_id) as run_id,
        max(started_at) as started_at,
        max(as_of) as as_of,
        max({{ civil_date('as_of') }}) as as_of_on
    from runs
    where run_rank = 1

),

-- months since the year 0
months as (

    select
        *,
        12 * {{ year_of('as_of_on') }} + {{ month_of('as_of_on') }} - {{ history_months() }} as first_month
    from last_run

),

begun as (

    select
        *,
        {{ first_of_month(whole_quotient('first_month', 12), 'mod(first_month, 12) + 1') }} as history_begins_on,
        {{ day_number('as_of_on') }} as as_of_day
    from months

)

select
    run_id,
    started_at,
    as_of,
    as_of_on,
    as_of_day,
    history_begins_on,
    {{ day_number('history_begins_on') }} as history_begins_day,
    {{ date_of_number('as_of_day - 6') }} as last_7_days_begin_on,
    {{ date_of_number('as_of_day - 27') }} as last_28_days_begin_on
from begun
