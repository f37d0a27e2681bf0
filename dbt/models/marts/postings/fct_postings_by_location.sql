with vacancies as (

    select
        postings.vacancy_id,
        {{ known_or_none(single_spaces('postings.city')) }} as city,
        postings.country,
        postings.is_published,
        counts.applications,
        counts.applications_last_28_days
    from {{ ref('dim_posting') }} as postings
    inner join {{ ref('fct_applications_per_posting') }} as counts
        on postings.vacancy_id = counts.vacancy_id

),

spellings as (

    select
        lower(city) as folded_city,
        country,
        city,
        row_number() over (
            partition by lower(city), country
            order by count(case when vacancy_id <> 'none' then 1 end) desc, city
        ) as spelling_rank
    from vacancies
    group by lower(city), country, city

),

counts as (

    select
        lower(city) as folded_city,
        country,
        count(case when is_published then 1 end) as open_postings,
        -- what knows no vacancy is at no place, and is no posting
        count(case when vacancy_id <> 'none' then 1 end) as postings,
        cast(sum(applications) as bigint) as applications,
        cast(sum(applications_last_28_days) as bigint) as applications_last_28_days
    from vacancies
    group by lower(city), country

)

select
    spellings.city,
    counts.country,
    counts.open_postings,
    counts.postings,
    counts.applications,
    counts.applications_last_28_days,
    case
        when not (counts.folded_city = 'none' and counts.country = 'none')
            then rank() over (
                partition by counts.folded_city = 'none' and counts.country = 'none'
                order by counts.applications desc
            )
    end as rank
from counts
inner join spellings
    on
        counts.folded_city = spellings.folded_city
        and counts.country = spellings.country
        and spellings.spelling_rank = 1
