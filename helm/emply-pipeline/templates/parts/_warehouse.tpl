{{/* Where a customer's rows go, as YAML: {type}, and for BigQuery {dataset, existingSecret, serviceAccount, annotations};
     an empty serviceAccount is none. Takes {root, key, customer}. */}}
{{- define "emply.warehouse" -}}
{{- $root := required "emply.warehouse missing root" .root -}}
{{- $key := required "emply.warehouse missing key" .key -}}
{{- $customer := required "emply.warehouse missing customer" .customer -}}
{{- $bigquery := $root.Values.warehouse.bigquery -}}
{{- $own := $customer.bigquery -}}
{{- /* a customer that says who it is at Google says so completely */}}
{{- $account := ternary $own $bigquery (or $own.existingSecret $own.serviceAccount.annotations | empty | not) -}}
type: {{ $root.Values.warehouse.type }}
{{- if eq $root.Values.warehouse.type "bigquery" }}
{{- if and $account.existingSecret $account.serviceAccount.annotations -}}
{{- fail (printf "bigquery of customer %s has existingSecret and serviceAccount.annotations: they are two ways, choose one" $key) -}}
{{- end }}
dataset: {{ include "emply.warehouse.dataset" . | quote }}
existingSecret: {{ $account.existingSecret | quote }}
serviceAccount: {{ if not (or $account.existingSecret (include "emply.warehouse.plain" $root)) }}{{ include "emply.stem" . }}-warehouse{{ else }}""{{ end }}
annotations: {{ toJson $account.serviceAccount.annotations }}
{{- end }}
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
{{- if $customer.warehouse.serviceAccount -}}{{ $calls = append $calls "metadata" }}{{- end -}}
{{- toJson $calls -}}
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
{{- end }}
{{- end }}
{{- end -}}

{{/* The lake, or the key for BigQuery, as mounts. Takes {customer}. */}}
{{- define "emply.warehouse.mounts" -}}
{{- $customer := required "emply.warehouse.mounts missing customer" .customer -}}
{{- if eq $customer.warehouse.type "lake" -}}
- name: lake
  mountPath: /var/lib/emply/lake
{{- else if $customer.warehouse.existingSecret -}}
- name: google
  mountPath: /etc/emply/google
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
{{- end -}}
{{- end -}}
