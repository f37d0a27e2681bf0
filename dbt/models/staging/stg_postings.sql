with postings as (

    {{ latest_version(source('warehouse', 'job_posting'), ['vacancy_id', 'media_id'], keeps_removed=true) }}

)

select
    vacancy_id,
    media_id,
    job_id,
    {{ label('posting_type', {0: 'job', 1: 'talent_pool'}) }} as posting_type,
    stage as stage_code,
    coalesce(stage = 1, false) and not removed as is_published,
    title,
    title_localized as title_localized_json,
    department_id,
    department,
    address,
    street,
    zip as postal_code,
    city,
    country,
    latitude,
    longitude,
    created as created_at,
    edited as edited_at,
    deadline as deadline_at,
    time_zone,
    tags as tags_json,
    facts as facts_json,
    apply_url,
    ad_url,
    first_seen as first_seen_at,
    removed as is_removed,
    removed_at,
    changed_seq
from postings
