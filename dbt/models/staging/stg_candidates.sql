with candidates as (

    {{ latest_version(source('warehouse', 'candidate'), ['candidate_key']) }}

)

select
    candidate_key,
    candidate_id,
    email,
    first_name,
    middle_name,
    last_name,
    first_seen as first_seen_at,
    changed_seq
from candidates
