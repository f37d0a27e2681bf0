with {{ latest_version(source('warehouse', 'job_posting'), ['vacancy_id', 'media_id'], keeps_removed=true) }},

renamed as (

    select

        ---------- ids
        vacancy_id,
        media_id,
        job_id,
        department_id,

        ---------- text
        {{ label('posting_type', {0: 'job', 1: 'talent_pool'}) }} as posting_type,
        title,
        title_localized as title_localized_json,
        department,
        address,
        street,
        zip as postal_code,
        city,
        country,
        time_zone,
        tags as tags_json,
        facts as facts_json,
        apply_url,
        ad_url,

        ---------- numerics
        stage as stage_code,
        latitude,
        longitude,
        changed_seq,

        ---------- booleans
        coalesce(stage = 1, false) and not removed as is_published,
        removed as is_removed,

        ---------- timestamps
        created as created_at,
        edited as edited_at,
        deadline as deadline_at,
        first_seen as first_seen_at,
        removed_at

    from source

)

select {{ columns_read() }} from renamed
