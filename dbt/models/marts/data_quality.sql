-- counted of those of whom it is told elsewhere too: what is missing in a sum would tell of the others
with told as (

    select vacancy_id from {{ ref('fct_applications_per_posting') }}
    where hired is not null

),

sources as (

    select
        cast(coalesce(sum(case when source = 'other' then applications end), 0) as bigint) as source_not_listed,
        cast(coalesce(sum(case when source = 'none' then applications end), 0) as bigint) as source_unknown
    from {{ ref('fct_applications_daily') }}

),

counts as (

    select
        count(*) as applications,
        count(case when applications.created_on < period.history_begins_on then 1 end) as applications_before_history,
        count(
            case when period.as_of_on is null or applications.created_on > period.as_of_on then 1 end
        ) as applications_after_as_of,
        count(case when not applications.has_vacancy then 1 end) as applications_without_vacancy,
        count(
            case when applications.has_vacancy and applications.vacancy_no = 0 then 1 end
        ) as applications_with_unknown_vacancy,
        count(case when applications.is_stage_unlisted then 1 end) as stage_not_listed,
        count(
            case
                when
                    applications.is_disqualified and applications.reason_kind = 'other' and told.vacancy_id is not null
                    then 1
            end
        ) as reason_not_listed
    from {{ ref('int_applications') }} as applications
    cross join {{ ref('int_report_period') }} as period
    left join {{ ref('int_vacancies') }} as vacancies
        on applications.vacancy_no = vacancies.vacancy_no
    left join told
        on vacancies.vacancy_id = told.vacancy_id

),

histories as (

    select
        count(case when not has_history then 1 end) as applications_without_history,
        count(case when is_back_filled then 1 end) as applications_back_filled,
        count(case when outcome <> 'open' and closed_on is null then 1 end) as end_unknown
    from {{ ref('int_application_histories') }}

),

frozen as (

    select cast(coalesce(sum(applications), 0) as bigint) as applications_forgotten
    from {{ ref('int_frozen_applications') }}

),

renamed as (

    select count(*) as stages_renamed from {{ ref('int_renamed_stages') }}

),

-- of each of the two kinds of gaps, how often it was so many hours
gaps as (

    select
        'first_seen' as gap,
        first_seen_gap_hours as hours,
        count(*) as times
    from {{ ref('int_application_histories') }}
    group by first_seen_gap_hours

    union all

    select
        'change' as gap,
        gap_hours as hours,
        count(*) as times
    from {{ ref('int_stage_moves') }}
    where is_move and gap_hours is not null
    group by gap_hours

),

-- how often it was as short or shorter, of all
running_gaps as (

    select
        gap,
        hours,
        sum(times) over (
            partition by gap
            order by hours
            rows between unbounded preceding and current row
        ) as up_to_here,
        sum(times) over (partition by gap) as times
    from gaps

),

percentiles as (

    select
        min(case when gap = 'first_seen' and 100 * up_to_here >= 50 * times then hours end) as first_seen_gap_hours_p50,
        min(case when gap = 'first_seen' and 100 * up_to_here >= 95 * times then hours end) as first_seen_gap_hours_p95,
        min(case when gap = 'change' and 100 * up_to_here >= 50 * times then hours end) as change_gap_hours_p50,
        min(case when gap = 'change' and 100 * up_to_here >= 95 * times then hours end) as change_gap_hours_p95
    from running_gaps

),

postings as (

    select
        count(case when is_removed then 1 end) as postings_removed,
        count(case when city = 'none' then 1 end) as postings_without_place
    from {{ ref('dim_posting') }}
    where vacancy_id <> 'none'

),

checks as (

    {% for relation, name in [
        ('counts', 'applications'), ('counts', 'applications_before_history'), ('counts', 'applications_after_as_of'),
        ('counts', 'applications_without_vacancy'), ('counts', 'applications_with_unknown_vacancy'),
        ('histories', 'applications_without_history'), ('histories', 'applications_back_filled'),
        ('frozen', 'applications_forgotten'), ('histories', 'end_unknown'), ('counts', 'stage_not_listed'),
        ('counts', 'reason_not_listed'), ('sources', 'source_not_listed'), ('sources', 'source_unknown'),
    ] %}
        select
            '{{ name }}' as check_name,
            {{ name }} as value,
            true as is_share
        from {{ relation }}
        union all
    {% endfor %}
    {% for relation, name in [
        ('percentiles', 'first_seen_gap_hours_p50'), ('percentiles', 'first_seen_gap_hours_p95'),
        ('percentiles', 'change_gap_hours_p50'), ('percentiles', 'change_gap_hours_p95'),
        ('renamed', 'stages_renamed'), ('postings', 'postings_removed'), ('postings', 'postings_without_place'),
    ] %}
        select
            '{{ name }}' as check_name,
            coalesce({{ name }}, 0) as value,
            false as is_share
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    checks.check_name,
    checks.value,
    case
        when checks.is_share and counts.applications > 0
            then {{ whole_quotient('1000 * checks.value', 'counts.applications') }}
    end as share_per_mille
from checks
cross join counts
