{{/* Where a customer's rows go, as YAML: {type}, and for BigQuery {dataset, existingSecret, serviceAccount, annotations,
     federation: {configMap, text, audience}}; an empty serviceAccount or configMap is none. Takes {root, key, customer}. */}}
{{- define "emply.warehouse" -}}
{{- $root := required "emply.warehouse missing root" .root -}}
{{- $key := required "emply.warehouse missing key" .key -}}
{{- $customer := required "emply.warehouse missing customer" .customer -}}
{{- $bigquery := $root.Values.warehouse.bigquery -}}
{{- /* a customer that says who it is at Google says so completely */}}
{{- $own := include "emply.warehouse.ways" (dict "bigquery" $customer.bigquery) | fromJsonArray -}}
{{- $account := ternary $customer.bigquery $bigquery (gt (len $own) 0) -}}
type: {{ $root.Values.warehouse.type }}
{{- if eq $root.Values.warehouse.type "bigquery" }}
{{- $ways := include "emply.warehouse.ways" (dict "bigquery" $account) | fromJsonArray -}}
{{- if gt (len $ways) 1 -}}
{{- fail (printf "bigquery of customer %s has %s: they are different ways, choose one" $key (join " and " $ways)) -}}
{{- end }}
{{- $isPlain := include "emply.warehouse.plain" $root }}
dataset: {{ include "emply.warehouse.dataset" . | quote }}
existingSecret: {{ $account.existingSecret | quote }}
serviceAccount: {{ if not (or $account.existingSecret $isPlain) }}{{ include "emply.stem" . }}-warehouse{{ else }}""{{ end }}
annotations: {{ toJson $account.serviceAccount.annotations }}
federation:
  {{- $federates := and (has "federation" $ways) (not $isPlain) }}
  {{- include "emply.warehouse.federation" (merge (dict "federation" (ternary $account.federation dict $federates)) .) | nindent 2 }}
{{- end }}
{{- end -}}

{{/* How somebody is known at Google, as a list of the values that say so. Takes {bigquery}. */}}
{{- define "emply.warehouse.ways" -}}
{{- $bigquery := required "emply.warehouse.ways missing bigquery" .bigquery -}}
{{- $ways := list -}}
{{- if $bigquery.existingSecret -}}{{ $ways = append $ways "existingSecret" }}{{- end -}}
{{- if $bigquery.serviceAccount.annotations -}}{{ $ways = append $ways "serviceAccount.annotations" }}{{- end -}}
{{- with $bigquery.federation -}}
{{- if or .credentials .existingCredentials -}}{{ $ways = append $ways "federation" }}{{- end -}}
{{- end -}}
{{- toJson $ways -}}
{{- end -}}

{{/* Where pods have what their cluster says of them, as the file of credentials names it. Takes nothing. */}}
{{- define "emply.warehouse.subject" -}}
/var/run/service-account/token
{{- end -}}

{{/* Workload identity federation of a customer, as YAML: {configMap, text (for the ConfigMap that the chart makes), audience (of
     the pods' tokens)}; an empty configMap is none. Takes {root, key}, and maybe {federation}, the values. */}}
{{- define "emply.warehouse.federation" -}}
{{- $root := required "emply.warehouse.federation missing root" .root -}}
{{- $key := required "emply.warehouse.federation missing key" .key -}}
{{- $values := .federation | default dict -}}
{{- $written := "what gcloud iam workload-identity-pools create-cred-config writes" -}}
{{- $audience := $values.audience -}}
{{- if and $values.credentials $values.existingCredentials -}}
{{- fail (printf "federation of customer %s has credentials and existingCredentials: choose one" $key) -}}
{{- else if $values.credentials -}}
{{- $file := fromJson $values.credentials -}}
{{- if ne (get $file "type") "external_account" -}}
{{- fail (printf "federation.credentials of customer %s is not %s: its type is not external_account" $key $written) -}}
{{- end -}}
{{- $subject := include "emply.warehouse.subject" . -}}
{{- if ne (dig "credential_source" "file" "" $file) $subject -}}
{{- fail (printf "federation.credentials of customer %s is not for these pods: make it with --credential-source-file=%s" $key $subject) -}}
{{- end -}}
{{- /* a provider that allows no other audiences allows its own name, which the file has without https: */}}
{{- $audience = $audience | default (printf "https:%s" (get $file "audience")) -}}
{{- else if and $values.existingCredentials (not $audience) -}}
{{- fail (printf "federation.audience of customer %s is needed with existingCredentials: https: and the audience that is in it" $key) -}}
{{- end -}}
configMap: {{ ternary (printf "%s-google" (include "emply.stem" .)) ($values.existingCredentials | default "") (not (empty $values.credentials)) | quote }}
text: {{ $values.credentials | default "" | toJson }}
audience: {{ $audience | default "" | quote }}
{{- end -}}

{{/* Name of a customer's dataset. Takes {root, key, customer}. */}}
{{- define "emply.warehouse.dataset" -}}
{{- $root := required "emply.warehouse.dataset missing root" .root -}}
{{- $_ := required "emply.warehouse.dataset missing key" .key -}}
{{- $customer := required "emply.warehouse.dataset missing customer" .customer -}}
{{- if $customer.bigquery.dataset -}}
{{ $customer.bigquery.dataset }}
{{- else -}}
{{ required "warehouse.bigquery.dataset is needed, since warehouse.type is bigquery" $root.Values.warehouse.bigquery.dataset }}{{ include "emply.suffix" . }}
{{- end -}}
{{- end -}}

{{/* Says something where the endpoint is plain http: an emulator, which no token is for. Takes the root. */}}
{{- define "emply.warehouse.plain" -}}
{{- $values := required "emply.warehouse.plain missing Values: it takes the root" .Values -}}
{{- if hasPrefix "http://" $values.warehouse.bigquery.endpoint }}plain{{ end -}}
{{- end -}}

{{/* Two customers in one dataset would overwrite each other; dbt has two more beside each. Takes {customers}. */}}
{{- define "emply.warehouse.apart" -}}
{{- $customers := required "emply.warehouse.apart missing customers" .customers -}}
{{- $owners := dict -}}
{{- range $key, $customer := $customers -}}
{{- with $customer.warehouse.dataset -}}
{{- range list . (printf "%s_dbt" .) (printf "%s_marts" .) -}}
{{- if hasKey $owners . -}}
{{- fail (printf "customers %s and %s have the same dataset %s: give one of them another by customers.%s.bigquery.dataset" (get $owners .) $key . $key) -}}
{{- end -}}
{{- $_ := set $owners . $key -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a pod may call for its warehouse, as a list. Takes {customer}. */}}
{{- define "emply.warehouse.calls" -}}
{{- $customer := required "emply.warehouse.calls missing customer" .customer -}}
{{- $calls := list -}}
{{- if eq $customer.warehouse.type "bigquery" -}}{{ $calls = append $calls "warehouse" }}{{- end -}}
{{- if include "emply.warehouse.metadata" . -}}{{ $calls = append $calls "metadata" }}{{- end -}}
{{- toJson $calls -}}
{{- end -}}

{{/* Says something where tokens come from the metadata server. Takes {customer}. */}}
{{- define "emply.warehouse.metadata" -}}
{{- $customer := required "emply.warehouse.metadata missing customer" .customer -}}
{{- with $customer.warehouse -}}
{{- if and .serviceAccount (not .federation.configMap) }}metadata{{ end -}}
{{- end -}}
{{- end -}}

{{/* What export and dbt alike read of the environment. Takes {root, customer}. */}}
{{- define "emply.env.warehouse" -}}
{{- $root := required "emply.env.warehouse missing root" .root -}}
{{- $customer := required "emply.env.warehouse missing customer" .customer -}}
- name: WAREHOUSE_TYPE
  value: {{ $customer.warehouse.type }}
{{- if eq $customer.warehouse.type "lake" }}
- name: LAKE_PATH
  value: /var/lib/emply/lake
{{- else }}
{{- with $root.Values.warehouse.bigquery }}
- name: BIGQUERY_PROJECT
  value: {{ required "warehouse.bigquery.project is needed, since warehouse.type is bigquery" .project | quote }}
- name: BIGQUERY_DATASET
  value: {{ $customer.warehouse.dataset | quote }}
- name: BIGQUERY_LOCATION
  value: {{ .location | quote }}
{{- with .maxBytesBilled }}
- name: BIGQUERY_MAX_BYTES_BILLED
  value: {{ . | int64 | toString | quote }}
{{- end }}
{{- with .endpoint }}
- name: BIGQUERY_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- if $customer.warehouse.existingSecret }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /etc/emply/google/key.json
{{- else if $customer.warehouse.federation.configMap }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /etc/emply/google/credentials.json
{{- end }}
{{- end }}
{{- end -}}

{{/* The lake, or what BigQuery is reached with, as mounts. Takes {customer}. */}}
{{- define "emply.warehouse.mounts" -}}
{{- $customer := required "emply.warehouse.mounts missing customer" .customer -}}
{{- if eq $customer.warehouse.type "lake" -}}
- name: lake
  mountPath: /var/lib/emply/lake
{{- else if $customer.warehouse.existingSecret -}}
- name: google
  mountPath: /etc/emply/google
  readOnly: true
{{- else if $customer.warehouse.federation.configMap -}}
- name: google
  mountPath: /etc/emply/google
  readOnly: true
- name: google-token
  mountPath: {{ include "emply.warehouse.subject" . | dir }}
  readOnly: true
{{- end -}}
{{- end -}}

{{/* The same as volumes. Takes {root, key, customer}. */}}
{{- define "emply.warehouse.volumes" -}}
{{- $root := required "emply.warehouse.volumes missing root" .root -}}
{{- $_ := required "emply.warehouse.volumes missing key" .key -}}
{{- $customer := required "emply.warehouse.volumes missing customer" .customer -}}
{{- if eq $customer.warehouse.type "lake" -}}
- name: lake
  persistentVolumeClaim:
    claimName: {{ $customer.lake.existingClaim | default (printf "%s-lake" (include "emply.stem" .)) }}
{{- else if $customer.warehouse.existingSecret -}}
- name: google
  secret:
    secretName: {{ $customer.warehouse.existingSecret }}
    defaultMode: 0440
    items:
      - key: {{ $root.Values.warehouse.bigquery.existingSecretKey }}
        path: key.json
{{- else if $customer.warehouse.federation.configMap -}}
- name: google
  configMap:
    name: {{ $customer.warehouse.federation.configMap }}
    items:
      - key: credentials.json
        path: credentials.json
# what the cluster says of the pod, and Google's provider alone is to believe; the kubelet renews it
- name: google-token
  projected:
    sources:
      - serviceAccountToken:
          audience: {{ $customer.warehouse.federation.audience | quote }}
          expirationSeconds: 3600
          path: {{ include "emply.warehouse.subject" . | base }}
{{- end -}}
{{- end -}}
