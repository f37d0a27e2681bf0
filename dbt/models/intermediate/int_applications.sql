with applications as (

    select
        *,
        {{ hash_number('application_id') }} as application_no
    from {{ ref('stg_applications') }}

)

select
    applications.application_no,
    applications.application_id,
    {{ hash_number('applications.candidate_key') }} as candidate_no,
    coalesce(vacancies.vacancy_no, 0) as vacancy_no,
    applications.vacancy_id is not null as has_vacancy,
    applications.created_at,
    {{ civil_date('applications.created_at') }} as created_on,
    applications.first_seen_at,
    coalesce(applications.source_name, 'none') as source,
    coalesce(applications.status = 'active', false) as is_active,
    applications.is_disqualified,
    coalesce(applications.disqualify_reason, 'none') as reason,
    coalesce(applications.reason_kind, 'none') as reason_kind,
    {{ stage_number('applications.stage_kind', 'applications.stage') }} as stage_number,
    applications.stage is not null and applications.stage_kind is null as is_stage_unlisted,
    -- who was hired and then turned down is not hired
    case
        when applications.reason_kind = 'candidate' then 'withdrawn'
        when applications.is_disqualified or applications.stage_kind = 'disqualified' then 'rejected'
        when applications.status = 'inactive' then 'other'
        when applications.status = 'active' and applications.stage_kind = 'hired' then 'hired'
        else 'open'
    end as outcome
from applications
left join {{ ref('int_vacancies') }} as vacancies
    on applications.vacancy_id = vacancies.vacancy_id and vacancies.vacancy_no > 0
