with applications as (

    select
        applications.candidate_key,
        applications.created_at,
        applications.vacancy_id as given_vacancy_id,
        coalesce(vacancies.vacancy_id, 'none') as vacancy_id,
        {{ civil_date('applications.created_at') }} as created_on,
        coalesce(applications.source_name, 'none') as source,
        coalesce(applications.status = 'active', false) as is_active,
        applications.is_disqualified,
        -- who was hired and then turned down is not hired
        case
            when applications.reason_kind = 'candidate' then 'withdrawn'
            when applications.is_disqualified then 'rejected'
            when applications.status = 'active' and applications.stage_kind = 'hired' then 'hired'
            else 'open'
        end as outcome,
        applications.stage is not null and applications.stage_kind is null as is_stage_unlisted,
        applications.is_disqualified and coalesce(applications.reason_kind = 'other', false) as is_reason_unlisted,
        {{ microseconds('applications.first_seen_at') }} - {{ microseconds('applications.created_at') }} as gap_microseconds
    from {{ ref('stg_applications') }} as applications
    left join {{ ref('int_vacancies') }} as vacancies
        on applications.vacancy_id = vacancies.vacancy_id and vacancies.vacancy_id <> 'none'

)

select
    vacancy_id,
    given_vacancy_id is not null as has_vacancy,
    created_at,
    created_on,
    source,
    is_active,
    is_disqualified,
    outcome,
    is_stage_unlisted,
    is_reason_unlisted,
    gap_microseconds > {{ 48 * 3600 * 1000000 }} as is_back_filled,
    {{ whole_quotient('greatest(gap_microseconds, 0)', 3600 * 1000000) }} as first_seen_gap_hours,
    -- so many candidates as there are of these: counted here, so that no mart needs to know who they are
    row_number() over (partition by vacancy_id, candidate_key order by created_at) = 1 as is_first_of_candidate
from applications
