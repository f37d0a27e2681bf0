with first_application as (

    select min({{ day_number('created_on') }}) as first_day from {{ ref('int_applications') }}

),

bounds as (

    select
        period.history_begins_day,
        period.as_of_day,
        -- days before the first application are not worth a row
        greatest(
            period.history_begins_day, coalesce(first_application.first_day, period.history_begins_day)
        ) as first_day
    from {{ ref('int_report_period') }} as period
    cross join first_application

),

days as (

    select
        bounds.history_begins_day,
        bounds.as_of_day,
        bounds.first_day + numbers.number as day_number
    from bounds
    cross join ({{ numbers() }}) as numbers
    where bounds.first_day + numbers.number <= bounds.as_of_day

),

weeks as (

    select
        *,
        {{ date_of_number('day_number') }} as date,
        {{ monday_of('day_number') }} as monday
    from days

),

iso_years as (

    select
        *,
        {{ iso_year_of('monday') }} as iso_year
    from weeks

)

select
    date,
    iso_year,
    cast({{ iso_week_of('monday', 'iso_year') }} as bigint) as iso_week,
    {{ date_of_number('monday') }} as week_start,
    {{ first_of_month(year_of('date'), month_of('date')) }} as month_start,
    monday + 6 < as_of_day and monday >= history_begins_day as is_full_week
from iso_years
