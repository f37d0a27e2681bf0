with {{ latest_version(source('warehouse', 'candidate'), ['candidate_key']) }},

renamed as (

    select

        ---------- ids
        candidate_key,
        candidate_id,

        ---------- text
        email,
        first_name,
        middle_name,
        last_name,

        ---------- numerics
        changed_seq,

        ---------- timestamps
        first_seen as first_seen_at

    from source

)

select {{ columns_read() }} from renamed
