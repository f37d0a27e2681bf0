with {{ latest_version(source('warehouse', 'application_event'), ['application_id', 'event_no']) }},

renamed as (

    select

        ---------- ids
        application_id,
        {{ hash_number('application_id') }} as application_no,
        event_no,
        vacancy_id,

        ---------- text
        from_stage,
        to_stage,
        from_stage_kind,
        to_stage_kind,
        {{ label('from_status', {0: 'inactive', 1: 'active'}) }} as from_status,
        {{ label('to_status', {0: 'inactive', 1: 'active'}) }} as to_status,

        ---------- numerics
        changed_seq,

        ---------- booleans
        is_first_sight,

        ---------- timestamps
        occurred as occurred_at,
        observed as observed_at,
        previous_observed as previous_observed_at

    from source

)

select {{ columns_read() }} from renamed
