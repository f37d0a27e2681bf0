with application_events as (

    {{ latest_version(ref('stg_application_event_versions'), ['application_id', 'event_no']) }}

)

select
    application_id,
    event_no,
    vacancy_id,
    occurred_at,
    observed_at,
    previous_observed_at,
    is_first_sight,
    from_stage,
    to_stage,
    from_stage_kind,
    to_stage_kind,
    {{ label('from_status_code', {0: 'inactive', 1: 'active'}) }} as from_status,
    {{ label('to_status_code', {0: 'inactive', 1: 'active'}) }} as to_status,
    changed_seq
from application_events
