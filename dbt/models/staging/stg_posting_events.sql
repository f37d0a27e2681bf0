with {{ latest_version(
    source('warehouse', 'posting_event'), ['vacancy_id', 'media_id', 'event_no'], keeps_removed=true
) }},

renamed as (

    select

        ---------- ids
        vacancy_id,
        media_id,
        event_no,

        ---------- text
        event,

        ---------- numerics
        changed_seq,

        ---------- booleans
        is_first_sight,

        ---------- timestamps
        observed as observed_at

    from source

)

select {{ columns_read() }} from renamed
