with vacancies as (

    select
        vacancy_no,
        {{ known_or_none('department') }} as department,
        {{ known_or_none('city') }} as city,
        coalesce(posting_type, 'none') as posting_type
    from {{ ref('int_vacancies') }}

),

-- what can be filtered by, but for the source; by number, which is quicker to count by than three texts
cells as (

    select
        department,
        city,
        posting_type,
        row_number() over (order by department, city, posting_type) as cell_no
    from vacancies
    group by department, city, posting_type

),

vacancy_cells as (

    select
        vacancies.vacancy_no,
        cells.cell_no
    from vacancies
    inner join cells
        on
            vacancies.department = cells.department
            and vacancies.city = cells.city
            and vacancies.posting_type = cells.posting_type

),

applications as (

    select
        dates.date,
        dates.week_start,
        vacancy_cells.cell_no,
        applications.source,
        count(*) as applications
    from {{ ref('int_applications') }} as applications
    inner join {{ ref('dim_date') }} as dates
        on applications.created_on = dates.date
    inner join vacancy_cells
        on applications.vacancy_no = vacancy_cells.vacancy_no
    group by dates.date, dates.week_start, vacancy_cells.cell_no, applications.source

),

sources as (

    select
        applications.week_start,
        applications.cell_no,
        applications.source,
        -- told by its table: in BigQuery `applications` alone would be the whole row
        cast(sum(applications.applications) as bigint) as applications
    from applications
    group by applications.week_start, applications.cell_no, applications.source

),

-- decided by the week, so that days add up to weeks under every filter
{{ small_sources('sources', ['week_start', 'cell_no']) }},

counted as (

    select
        applications.date,
        applications.cell_no,
        labels.label as source,
        cast(sum(applications.applications) as bigint) as applications
    from applications
    inner join labels
        on
            applications.week_start = labels.week_start
            and applications.cell_no = labels.cell_no
            and applications.source = labels.source
    group by applications.date, applications.cell_no, labels.label

)

select
    counted.date,
    cells.department,
    cells.city,
    counted.source,
    cells.posting_type,
    counted.applications
from counted
inner join cells
    on counted.cell_no = cells.cell_no

union all

select
    dates.date,
    'none' as department,
    'none' as city,
    'none' as source,
    'none' as posting_type,
    0 as applications
from {{ ref('dim_date') }} as dates
where not exists (
    select 1
    from counted
    where counted.date = dates.date
)
