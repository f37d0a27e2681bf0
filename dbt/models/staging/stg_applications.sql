with {{ latest_version(source('warehouse', 'application'), ['application_id']) }},

renamed as (

    -- each column by its table: `source` alone would be the whole row in BigQuery, where a table's name comes first
    select

        ---------- ids
        source.application_id,
        source.application_number,
        source.vacancy_id,
        source.job_id,
        source.candidate_key,

        ---------- text
        {{ label('source.status', {0: 'inactive', 1: 'active'}) }} as status,
        source.stage,
        source.stage_localized as stage_localized_json,
        source.stage_kind,
        source.disqualify_reason,
        source.disqualify_reason_localized as disqualify_reason_localized_json,
        source.reason_kind,
        source.source_name,
        source.source as application_source,

        ---------- numerics
        source.changed_seq,

        ---------- booleans
        source.disqualify_reason is not null as is_disqualified,

        ---------- timestamps
        source.created as created_at,
        source.updated as updated_at,
        source.first_seen as first_seen_at

    from source

)

select {{ columns_read() }} from renamed
