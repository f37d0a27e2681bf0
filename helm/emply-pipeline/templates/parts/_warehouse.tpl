{{/* Where a customer's rows go, as YAML: {type}, and for BigQuery {dataset, existingSecret, serviceAccount, annotations};
     an empty serviceAccount is none. Takes {root, key, customer}. */}}
{{- define "emply.warehouse" -}}
{{- $bigquery := .root.Values.warehouse.bigquery -}}
{{- $own := .customer.bigquery -}}
{{- /* a customer that says who it is at Google says so completely */}}
{{- $account := ternary $own $bigquery (or $own.existingSecret $own.serviceAccount.annotations | empty | not) -}}
type: {{ .root.Values.warehouse.type }}
{{- if eq .root.Values.warehouse.type "bigquery" }}
{{- if and $account.existingSecret $account.serviceAccount.annotations -}}
{{- fail (printf "bigquery of customer %s has existingSecret and serviceAccount.annotations: they are two ways, choose one" .key) -}}
{{- end }}
dataset: {{ include "emply.warehouse.dataset" . | quote }}
existingSecret: {{ $account.existingSecret | quote }}
serviceAccount: {{ if not (or $account.existingSecret (include "emply.warehouse.plain" .root)) }}{{ include "emply.stem" . }}-warehouse{{ else }}""{{ end }}
annotations: {{ toJson $account.serviceAccount.annotations }}
{{- end }}
{{- end -}}

{{/* Name of a customer's dataset. Takes {root, key, customer}. */}}
{{- define "emply.warehouse.dataset" -}}
{{- if .customer.bigquery.dataset -}}
{{ .customer.bigquery.dataset }}
{{- else -}}
{{ required "warehouse.bigquery.dataset is needed, since warehouse.type is bigquery" .root.Values.warehouse.bigquery.dataset }}{{ include "emply.suffix" . }}
{{- end -}}
{{- end -}}

{{/* Says something where the endpoint is plain http: an emulator, which no token is for. Takes the root. */}}
{{- define "emply.warehouse.plain" -}}
{{- if hasPrefix "http://" .Values.warehouse.bigquery.endpoint }}plain{{ end -}}
{{- end -}}

{{/* Two customers in one dataset would overwrite each other; dbt has two more beside each. Takes all customers. */}}
{{- define "emply.warehouse.apart" -}}
{{- $owners := dict -}}
{{- range $key, $customer := . -}}
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
{{- $calls := list -}}
{{- if eq .customer.warehouse.type "bigquery" -}}{{ $calls = append $calls "warehouse" }}{{- end -}}
{{- if .customer.warehouse.serviceAccount -}}{{ $calls = append $calls "metadata" }}{{- end -}}
{{- toJson $calls -}}
{{- end -}}

{{/* What export and dbt alike read of the environment. Takes {root, key, customer}. */}}
{{- define "emply.env.warehouse" -}}
- name: WAREHOUSE_TYPE
  value: {{ .customer.warehouse.type }}
{{- if eq .customer.warehouse.type "lake" }}
- name: LAKE_PATH
  value: /var/lib/emply/lake
{{- else }}
{{- with .root.Values.warehouse.bigquery }}
- name: BIGQUERY_PROJECT
  value: {{ required "warehouse.bigquery.project is needed, since warehouse.type is bigquery" .project | quote }}
- name: BIGQUERY_DATASET
  value: {{ $.customer.warehouse.dataset | quote }}
- name: BIGQUERY_LOCATION
  value: {{ .location | quote }}
- name: BIGQUERY_MAX_BYTES_BILLED
  value: {{ .maxBytesBilled | int64 | toString | quote }}
{{- with .endpoint }}
- name: BIGQUERY_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- if .customer.warehouse.existingSecret }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /etc/emply/google/key.json
{{- end }}
{{- end }}
{{- end -}}

{{/* The lake, or the key for BigQuery, as mounts and as volumes. Take {root, key, customer}. */}}
{{- define "emply.warehouse.mounts" -}}
{{- if eq .customer.warehouse.type "lake" -}}
- name: lake
  mountPath: /var/lib/emply/lake
{{- else if .customer.warehouse.existingSecret -}}
- name: google
  mountPath: /etc/emply/google
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "emply.warehouse.volumes" -}}
{{- if eq .customer.warehouse.type "lake" -}}
- name: lake
  persistentVolumeClaim:
    claimName: {{ .customer.lake.existingClaim | default (printf "%s-lake" (include "emply.stem" .)) }}
{{- else if .customer.warehouse.existingSecret -}}
- name: google
  secret:
    secretName: {{ .customer.warehouse.existingSecret }}
    defaultMode: 0440
    items:
      - key: {{ .root.Values.warehouse.bigquery.existingSecretKey }}
        path: key.json
{{- end -}}
{{- end -}}
