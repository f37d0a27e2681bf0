-- Days follow each other up to that of as_of, weeks begin on Monday and are those of ISO 8601. Fails with every day that
-- breaks a rule.
with days as (

    select
        *,
        {{ day_number('date') }} as day_number,
        {{ day_number('week_start') }} as monday,
        lag({{ day_number('date') }}) over (order by date) as day_before,
        lag(iso_week) over (order by date) as week_before,
        lead(date) over (order by date) as next_date
    from {{ ref('dim_date') }}

)

select days.*
from days
cross join {{ ref('int_report_period') }} as period
where
    days.day_number <> days.day_before + 1
    or days.date < period.history_begins_on
    or (days.next_date is null and days.date <> period.as_of_on)
    or mod(days.monday, 7) <> 4
    or days.day_number < days.monday
    or days.day_number > days.monday + 6
    -- by the standard, the fourth of January is in the first week of its year, and the 28th of December in the last
    or ({{ month_of('days.date') }} = 1 and extract(day from days.date) = 4 and days.iso_week <> 1)
    or ({{ month_of('days.date') }} = 12 and extract(day from days.date) = 28 and days.iso_week < 52)
    or (days.day_number = days.monday and days.iso_week <> 1 and days.iso_week <> days.week_before + 1)
    or (days.day_number > days.monday and days.iso_week <> days.week_before)
    or ({{ month_of('days.date') }} between 2 and 11 and {{ year_of('days.date') }} <> days.iso_year)
