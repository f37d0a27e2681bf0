{{/* Stem of all names. CronJobs may have 52 characters: 26, a customer's 16, a one-shot's 8, and hyphens. Takes the
     root. */}}
{{- define "emply.fullname" -}}
{{- $values := required "emply.fullname missing Values: it takes the root" .Values -}}
{{- $values.fullnameOverride | default .Release.Name | trunc 26 | trimSuffix "-" -}}
{{- end -}}

{{/* Stem of a customer's names; `default` adds nothing. Takes {root, key}. */}}
{{- define "emply.stem" -}}
{{- $root := required "emply.stem missing root" .root -}}
{{- $key := required "emply.stem missing key" .key -}}
{{- $full := include "emply.fullname" $root -}}
{{- if eq $key "default" -}}{{ $full }}{{- else -}}{{ $full }}-{{ $key }}{{- end -}}
{{- end -}}

{{/* What tells a pod from others. Takes {root, component}, and {key} for a customer's own. */}}
{{- define "emply.selector" -}}
{{- $root := required "emply.selector missing root" .root -}}
{{- $component := required "emply.selector missing component" .component -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ $component }}
{{- with .key }}
emply-pipeline/customer: {{ . }}
{{- end }}
{{- end -}}

{{/* Labels of an object. Takes {root, component}, and {key} for a customer's own. */}}
{{- define "emply.labels" -}}
{{- $root := required "emply.labels missing root" .root -}}
{{- $_ := required "emply.labels missing component" .component -}}
{{ include "emply.selector" . }}
app.kubernetes.io/part-of: emply-pipeline
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Full reference of an image of ours. Takes {root, image (the key in `images`)}. */}}
{{- define "emply.image" -}}
{{- $root := required "emply.image missing root" .root -}}
{{- $image := required "emply.image missing image" .image -}}
{{- $names := dict "mockApi" "mock-api" "dbt" (printf "dbt-%s" $root.Values.warehouse.type) -}}
{{- $name := get $names $image | default $image -}}
{{- $common := $root.Values.image -}}
{{- get $root.Values.images $image | default (printf "%s%s%s:%s" $common.registry $common.prefix $name ($common.tag | default $root.Chart.AppVersion)) -}}
{{- end -}}

{{/* What tells a customer's database or dataset from others; `default` adds nothing. Takes {key}. */}}
{{- define "emply.suffix" -}}
{{- $key := required "emply.suffix missing key" .key -}}
{{- if ne $key "default" -}}_{{ $key | replace "-" "_" }}{{- end -}}
{{- end -}}

{{/* All customers, each merged over the defaults, with its database's name, its warehouse, its
     words and its board. As YAML. Takes the root. */}}
{{- define "emply.customers" -}}
{{- $values := required "emply.customers missing Values: it takes the root" .Values -}}
{{- $all := dict -}}
{{- range $key, $entry := $values.customers -}}
{{- $customer := mergeOverwrite (deepCopy $values.customerDefaults) (deepCopy ($entry | default dict)) -}}
{{- $context := dict "root" $ "key" $key "customer" $customer -}}
{{- $_ := set $customer "database" ($customer.database | default (printf "emply%s" (include "emply.suffix" $context))) -}}
{{- $_ := set $customer "oneShots" (mergeOverwrite (deepCopy $values.oneShots) $customer.oneShots) -}}
{{- $_ := set $customer "transfer" (mergeOverwrite (deepCopy $values.transfer) $customer.transfer) -}}
{{- $_ := set $customer "words" (include "emply.vocabulary" $context | fromYaml) -}}
{{- $_ := set $customer "board" (include "emply.board" $context | fromYaml) -}}
{{- $_ := set $customer "warehouse" (include "emply.warehouse" $context | fromYaml) -}}
{{- $_ := set $all $key $customer -}}
{{- end -}}
{{- include "emply.warehouse.apart" (dict "customers" $all) -}}
{{- $all | toYaml -}}
{{- end -}}

{{/* Name of a customer's Secret. Takes {root, key, customer}. */}}
{{- define "emply.secret" -}}
{{- $_ := required "emply.secret missing root" .root -}}
{{- $_ := required "emply.secret missing key" .key -}}
{{- $customer := required "emply.secret missing customer" .customer -}}
{{- $customer.existingSecret | default (include "emply.stem" .) -}}
{{- end -}}

{{/* Where a customer's Emply is. Takes {root, key, customer}. */}}
{{- define "emply.source.url" -}}
{{- $root := required "emply.source.url missing root" .root -}}
{{- $key := required "emply.source.url missing key" .key -}}
{{- $customer := required "emply.source.url missing customer" .customer -}}
{{- if $customer.source.baseUrl -}}
{{ $customer.source.baseUrl }}
{{- else if $root.Values.mock.enabled -}}
http://{{ include "emply.fullname" $root }}-mock-api:8000
{{- else -}}
{{- fail (printf "customers.%s.source.baseUrl is needed, since mock.enabled is false" $key) -}}
{{- end -}}
{{- end -}}
