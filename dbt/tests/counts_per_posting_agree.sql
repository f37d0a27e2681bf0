-- A part is never more than its whole, and instants are there exactly where applications are. Fails with every
-- posting whose counts contradict each other.
select *
from {{ ref('fct_applications_per_posting') }}
where
    active_applications > applications
    or disqualified_applications > applications
    or candidates > applications
    or (candidates = 0 and applications > 0)
    or applications_last_7_days > applications_last_28_days
    or applications_last_28_days > applications
    or (applications = 0) <> (first_application_at is null)
    or first_application_at > last_application_at
