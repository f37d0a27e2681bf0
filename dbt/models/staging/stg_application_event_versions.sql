select
    application_id,
    event_no,
    vacancy_id,
    occurred as occurred_at,
    observed as observed_at,
    previous_observed as previous_observed_at,
    is_first_sight,
    from_stage,
    to_stage,
    from_stage_kind,
    to_stage_kind,
    from_status as from_status_code,
    to_status as to_status_code,
    removed,
    changed_seq
from {{ source('warehouse', 'application_event') }}
