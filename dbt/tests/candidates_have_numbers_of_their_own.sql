-- People are counted by numbers, and two with the same number would count as one. Fails with every such number.
select {{ hash_number('candidate_key') }} as candidate_no, count(*) as candidates
from {{ ref('stg_candidates') }}
group by {{ hash_number('candidate_key') }}
having count(*) > 1
