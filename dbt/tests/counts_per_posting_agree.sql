-- A part is never more than its whole, instants are there exactly where applications are, and what became of few
-- people is not told. Fails with every posting whose counts contradict each other.
select *
from {{ ref('fct_applications_per_posting') }}
where
    active_applications > applications
    or disqualified_applications > applications
    or hired + rejected + withdrawn > applications
    or rejected + withdrawn < disqualified_applications
    or hired > active_applications
    or candidates > applications
    or (candidates = 0 and applications > 0)
    or applications_last_7_days > applications_last_28_days
    or applications_last_28_days > applications
    or (applications = 0) <> (first_application_at is null)
    or (first_application_at is null) <> (first_application_on is null)
    or first_application_at > last_application_at
    or first_application_on > last_application_on
    or (vacancy_id = 'none') <> (rank is null)
    or (active_applications is null) <> (disqualified_applications is null)
    or (active_applications is null) <> (hired is null)
    or (active_applications is null) <> (rejected is null)
    or (active_applications is null) <> (withdrawn is null)
    or (hired is not null and applications > 0 and least(applications, candidates) < {{ min_group() }})
    or (
        hired is not null
        and applications > 0
        and greatest(hired, rejected, withdrawn, disqualified_applications) = applications
    )
    or (hired is not null and applications > 0 and active_applications = 0)
    or (hired is null and applications = 0)
