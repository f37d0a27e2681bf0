with applications as (

    {{ latest_version(source('warehouse', 'application'), ['application_id']) }}

)

select
    application_id,
    application_number,
    vacancy_id,
    job_id,
    candidate_key,
    created as created_at,
    updated as updated_at,
    {{ label('status', {0: 'inactive', 1: 'active'}) }} as status,
    stage,
    stage_localized as stage_localized_json,
    stage_kind,
    disqualify_reason,
    disqualify_reason_localized as disqualify_reason_localized_json,
    reason_kind,
    disqualify_reason is not null as is_disqualified,
    source_name,
    source as application_source,
    first_seen as first_seen_at,
    changed_seq
from applications
