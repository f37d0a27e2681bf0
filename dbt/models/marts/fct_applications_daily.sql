with applications as (

    select
        dates.date,
        dates.week_start,
        applications.vacancy_id,
        applications.source,
        count(*) as applications
    from {{ ref('int_applications') }} as applications
    inner join {{ ref('dim_date') }} as dates
        on applications.created_on = dates.date
    group by dates.date, dates.week_start, applications.vacancy_id, applications.source

),

-- what can be filtered by, but for the source
cells as (

    select
        applications.date,
        applications.week_start,
        postings.department,
        postings.city,
        postings.posting_type,
        applications.source,
        applications.applications
    from applications
    inner join {{ ref('dim_posting') }} as postings
        on applications.vacancy_id = postings.vacancy_id

),

sources as (

    select
        week_start,
        department,
        city,
        posting_type,
        source,
        cast(sum(applications) as bigint) as applications
    from cells
    group by week_start, department, city, posting_type, source

),

ordered_sources as (

    select
        *,
        coalesce(
            sum(applications) over (
                partition by week_start, department, city, posting_type
                order by applications, source
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as folded_before
    from sources

),

-- a source of few is told of with others; where those are too few, with the next larger one: what is left of a sum
-- would tell of them. Decided by the week, so that days add up to weeks under every filter
labels as (

    select
        week_start,
        department,
        city,
        posting_type,
        source,
        case
            when applications < {{ min_group() }} then 'small groups'
            when folded_before > 0 and folded_before < {{ min_group() }} then 'small groups'
            else source
        end as label
    from ordered_sources

),

counted as (

    select
        cells.date,
        cells.department,
        cells.city,
        labels.label as source,
        cells.posting_type,
        cast(sum(cells.applications) as bigint) as applications
    from cells
    inner join labels
        on
            cells.week_start = labels.week_start
            and cells.department = labels.department
            and cells.city = labels.city
            and cells.posting_type = labels.posting_type
            and cells.source = labels.source
    group by cells.date, cells.department, cells.city, labels.label, cells.posting_type

)

select
    date,
    department,
    city,
    source,
    posting_type,
    applications
from counted

union all

select
    dates.date,
    'none' as department,
    'none' as city,
    'none' as source,
    'none' as posting_type,
    0 as applications
from {{ ref('dim_date') }} as dates
where not exists (select 1 from counted where counted.date = dates.date)
