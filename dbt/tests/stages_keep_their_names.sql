-- More than half of those in a stage went to a new name on one day: somebody has renamed it, and nobody has moved.
-- Warns with every such day and name; the vocabulary needs the new one.
{{ config(severity='warn') }}

select
    seen_on,
    from_stage,
    to_stage,
    applications
from {{ ref('int_renamed_stages') }}
