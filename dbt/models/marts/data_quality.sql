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
            case when applications.has_vacancy and applications.vacancy_id = 'none' then 1 end
        ) as applications_with_unknown_vacancy,
        count(case when applications.is_back_filled then 1 end) as applications_back_filled,
        count(case when applications.is_stage_unlisted then 1 end) as stage_not_listed,
        count(case when applications.is_reason_unlisted and told.vacancy_id is not null then 1 end) as reason_not_listed
    from {{ ref('int_applications') }} as applications
    cross join {{ ref('int_report_period') }} as period
    left join told
        on applications.vacancy_id = told.vacancy_id

),

-- the keys of both sides meet once; a join would hold each event beside them
without_history as (

    select application_id from {{ ref('stg_applications') }}
    {{ dbt.except() }}
    select application_id from {{ ref('stg_application_events') }}

),

histories as (

    select count(*) as applications_without_history from without_history

),

gaps as (

    select
        first_seen_gap_hours,
        count(*) as applications
    from {{ ref('int_applications') }}
    group by first_seen_gap_hours

),

-- how many were seen as fast or faster, of all
running_gaps as (

    select
        first_seen_gap_hours,
        sum(applications) over (
            order by first_seen_gap_hours
            rows between unbounded preceding and current row
        ) as up_to_here,
        sum(applications) over () as applications
    from gaps

),

percentiles as (

    select
        min(case when 100 * up_to_here >= 50 * applications then first_seen_gap_hours end) as first_seen_gap_hours_p50,
        min(case when 100 * up_to_here >= 95 * applications then first_seen_gap_hours end) as first_seen_gap_hours_p95
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

    {% for share in [
        'applications', 'applications_before_history', 'applications_after_as_of', 'applications_without_vacancy',
        'applications_with_unknown_vacancy', 'applications_back_filled', 'stage_not_listed', 'reason_not_listed',
    ] %}
        select
            '{{ share }}' as check_name,
            {{ share }} as value,
            true as is_share
        from counts
        union all
    {% endfor %}
    select
        'applications_without_history' as check_name,
        applications_without_history as value,
        true as is_share
    from histories
    {% for unnamed in ['source_not_listed', 'source_unknown'] %}
        union all
        select
            '{{ unnamed }}' as check_name,
            {{ unnamed }} as value,
            true as is_share
        from sources
    {% endfor %}
    {% for hours in ['first_seen_gap_hours_p50', 'first_seen_gap_hours_p95'] %}
        union all
        select
            '{{ hours }}' as check_name,
            coalesce({{ hours }}, 0) as value,
            false as is_share
        from percentiles
    {% endfor %}
    {% for postings in ['postings_removed', 'postings_without_place'] %}
        union all
        select
            '{{ postings }}' as check_name,
            {{ postings }} as value,
            false as is_share
        from postings
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
