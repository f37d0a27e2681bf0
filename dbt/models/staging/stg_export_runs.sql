with {{ latest_version(source('warehouse', 'export_run'), ['run_id'], keeps_removed=true) }},

renamed as (

    select

        ---------- ids
        run_id,

        ---------- numerics
        changed_seq,

        ---------- timestamps
        started as started_at,
        as_of

    from source

)

select {{ columns_read() }} from renamed
