with {{ latest_version(source('warehouse', 'application_month'), ['group_key']) }},

renamed as (

    select

        ---------- ids
        group_key,

        ---------- text
        month,
        department,
        city,
        furthest_stage_kind,
        outcome,
        reason_kind,

        ---------- numerics
        weeks,
        applications,
        changed_seq,

        ---------- booleans
        is_eligible

    from source

)

select {{ columns_read() }} from renamed
