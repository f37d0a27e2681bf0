{{/* What is in the cluster, as JSON; `{}` where it is not there, or where there is no cluster to ask (`helm template`).
     Takes {root, kind}, and {name}, without which it is the list of all of that kind. */}}
{{- define "emply.present" -}}
{{- $_ := required "emply.present missing root" .root -}}
{{- $_ := required "emply.present missing kind" .kind -}}
{{- lookup "v1" .kind .root.Release.Namespace (.name | default "") | default dict | toJson -}}
{{- end -}}

{{/* Says something where Helm installs, and can ask the cluster what is there. With `helm template`, by which Argo CD and
     others render too, it cannot: what is made up there would be another one each time. A list is there even when nothing is
     on it, and whoever installs the chart may read this one. Takes the root. */}}
{{- define "emply.cluster" -}}
{{- $values := required "emply.cluster missing Values: it takes the root" .Values -}}
{{- /* each question goes to the API server, and this one is asked for every Job and Secret of every customer */}}
{{- if not (hasKey $values "isInCluster") -}}
{{- $list := include "emply.present" (dict "root" . "kind" "PersistentVolumeClaim") | fromJson -}}
{{- $_ := set $values "isInCluster" (not (empty $list)) -}}
{{- end -}}
{{- if $values.isInCluster }}yes{{ end -}}
{{- end -}}

{{/* Data of a Secret in the cluster, as JSON. Takes {root, name}. */}}
{{- define "emply.present.data" -}}
{{- $_ := required "emply.present.data missing root" .root -}}
{{- $_ := required "emply.present.data missing name" .name -}}
{{- (include "emply.present" (merge (dict "kind" "Secret") .) | fromJson).data | default dict | toJson -}}
{{- end -}}

{{/* Annotations of a Secret that the chart makes. An uninstall leaves it like the volumes, and an install of the same name
     takes it over: without its keys, what lies on the volumes cannot be understood. Takes nothing. */}}
{{- define "emply.kept.annotations" -}}
helm.sh/resource-policy: keep
{{- end -}}

{{/* A value of a Secret that the chart makes: as given, else as it is in the cluster, else random.
     Takes {present (data of the Secret in the cluster), name}, and maybe {given}. */}}
{{- define "emply.kept" -}}
{{- $present := required "emply.kept missing present" .present -}}
{{- $name := required "emply.kept missing name" .name -}}
{{- if .given -}}
{{ .given | b64enc }}
{{- else if hasKey $present $name -}}
{{ get $present $name }}
{{- else -}}
{{ randAlphaNum 48 | b64enc }}
{{- end -}}
{{- end -}}

{{/* The key of a customer's pseudonyms, in the Secret that the chart makes. It is never changed, and never made up where
     something may lie that was made with another: whoever was forgotten would come back.
     Takes {root, key, customer, present (data of the Secret in the cluster)}. */}}
{{- define "emply.kept.piiKey" -}}
{{- $root := required "emply.kept.piiKey missing root" .root -}}
{{- $key := required "emply.kept.piiKey missing key" .key -}}
{{- $customer := required "emply.kept.piiKey missing customer" .customer -}}
{{- $present := required "emply.kept.piiKey missing present" .present -}}
{{- $secret := include "emply.secret" . -}}
{{- $given := $customer.piiKey -}}
{{- if hasKey $present "PII_KEY" -}}
{{- if and $given (ne (b64enc $given) $present.PII_KEY) -}}
{{- fail (printf "customers.%s.piiKey is not the PII_KEY of Secret %s, which a change would lose. Take the value out, or give the one that is there; the section of the chart's README about another key says how to change it" $key $secret) -}}
{{- end -}}
{{- else if not $given -}}
{{- with include "emply.claims.old" . -}}
{{- fail (printf "Secret %s with a PII_KEY is not there, but claim %s of an earlier install is. What lies on its volume was made with that install's PII_KEY; with another one, whoever was forgotten would come back. Give the old key by customers.%s.piiKey, or by a Secret that is named in customers.%s.existingSecret (a customer who was not there before takes a new key: openssl rand -hex 32). If nothing on the volumes is to be kept, remove them first: kubectl -n %s delete pvc -l app.kubernetes.io/instance=%s" $secret . $key $key $root.Release.Namespace $root.Release.Name) -}}
{{- end -}}
{{- end -}}
{{- include "emply.kept" (dict "present" $present "name" "PII_KEY" "given" $given) -}}
{{- end -}}

{{/* Name of a claim of this customer that is there already; nothing where there is none. The database's is the customers'
     in common, so on an upgrade it says nothing of a customer who is added. A claim that the values name is there in any
     case, and so says nothing either. Takes {root, key, customer}. */}}
{{- define "emply.claims.old" -}}
{{- $root := required "emply.claims.old missing root" .root -}}
{{- $_ := required "emply.claims.old missing key" .key -}}
{{- $customer := required "emply.claims.old missing customer" .customer -}}
{{- $values := $root.Values -}}
{{- $claims := list -}}
{{- if and $root.Release.IsInstall $values.postgresql.enabled -}}
{{- $claims = append $claims (printf "data-%s-postgresql-0" (include "emply.fullname" $root)) -}}
{{- end -}}
{{- if and (eq $customer.warehouse.type "lake") (not $customer.lake.existingClaim) -}}
{{- $claims = append $claims (printf "%s-lake" (include "emply.stem" .)) -}}
{{- end -}}
{{- if $values.reports.enabled -}}
{{- $claims = append $claims (printf "%s-reports" (include "emply.stem" .)) -}}
{{- end -}}
{{- $old := list -}}
{{- range $claims -}}
{{- if include "emply.present" (dict "root" $root "kind" "PersistentVolumeClaim" "name" .) | fromJson -}}
{{- $old = append $old . -}}
{{- end -}}
{{- end -}}
{{- first (append $old "") -}}
{{- end -}}

{{/* Which Secrets pods name that are not there and that nothing can be looked up for: what is made up anew each time locks
     everybody out. Takes the root. */}}
{{- define "emply.secrets.wanted" -}}
{{- $values := required "emply.secrets.wanted missing Values: it takes the root" .Values -}}
{{- $wanted := list -}}
{{- if not $values.postgresql.existingSecret -}}
{{- $wanted = append $wanted (printf "%s: password" (include "emply.postgresql.secret" .)) -}}
{{- end -}}
{{- if and $values.mock.enabled $values.postgresql.roles.enabled (not $values.mock.role.existingSecret) -}}
{{- $wanted = append $wanted (printf "%s: password" (include "emply.mock.role.secret" .)) -}}
{{- end -}}
{{- range $key, $customer := include "emply.customers" . | fromYaml -}}
{{- $context := dict "root" $ "key" $key "customer" $customer -}}
{{- if not $customer.existingSecret -}}
{{- $wanted = append $wanted (printf "%s: EMPLY_API_KEY, PII_KEY, REPORTS_TOKEN" (include "emply.secret" $context)) -}}
{{- end -}}
{{- if and $customer.board.transfers (not $customer.transfer.existingSecret) -}}
{{- $wanted = append $wanted (printf "%s: BOARD_EMAIL, BOARD_PASSWORD" $customer.board.secret) -}}
{{- end -}}
{{- if and $values.postgresql.roles.enabled (not $customer.roles.existingSecret) -}}
{{- $wanted = append $wanted (printf "%s: %s" (include "emply.roles.secret" $context) (include "emply.roles.programs" $ | fromJsonArray | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- with $wanted -}}
# These Secrets are not here, since there is no cluster to look up what they hold. Make them once, before the rest:
{{- range . }}
#   {{ . }}
{{- end }}
{{- end -}}
{{- end -}}
