with posting_events as (

    {{ latest_version(
        source('warehouse', 'posting_event'), ['vacancy_id', 'media_id', 'event_no'], keeps_removed=true
    ) }}

)

select
    vacancy_id,
    media_id,
    event_no,
    event,
    is_first_sight,
    observed as observed_at,
    changed_seq
from posting_events
