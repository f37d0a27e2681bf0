with spells as (

    select
        dates.month_start as entry_month,
        spells.stage_number,
        spells.candidate_no,
        spells.exit,
        spells.days
    from {{ ref('int_stage_spells') }} as spells
    inner join {{ ref('dim_date') }} as dates
        on spells.entered_on = dates.date

),

told as (

    select
        entry_month,
        stage_number
    from spells
    group by entry_month, stage_number
    having count(distinct candidate_no) >= {{ min_group() }}

),

named as (

    select
        spells.entry_month,
        spells.stage_number,
        case when told.entry_month is null then 'too few' else spells.exit end as exit,
        case when told.entry_month is not null then spells.days end as days
    from spells
    left join told
        on spells.entry_month = told.entry_month and spells.stage_number = told.stage_number

)

select
    entry_month,
    {{ stage_kind_of('stage_number') }} as stage_kind,
    exit,
    cast(days as bigint) as days,
    count(*) as spells
from named
group by entry_month, stage_number, exit, days
