{{/* Which of a customer's words may leave, as YAML: {configMap, text}. `configMap` is empty where nothing is listed; `text` is that
     of the one that the chart makes. Takes {root, key, customer}. */}}
{{- define "emply.vocabulary" -}}
{{- $root := required "emply.vocabulary missing root" .root -}}
{{- $key := required "emply.vocabulary missing key" .key -}}
{{- $customer := required "emply.vocabulary missing customer" .customer -}}
{{- $text := $customer.vocabulary -}}
{{- if and $text $customer.existingVocabulary -}}
{{- fail (printf "customers.%s has vocabulary and existingVocabulary: they are two ways, choose one" $key) -}}
{{- end -}}
{{- if not (or $text $customer.existingVocabulary $customer.source.baseUrl) -}}
{{- $text = $root.Files.Get "files/vocabulary-for-the-mock.toml" -}}
{{- end -}}
{{- $own := printf "%s-vocabulary" (include "emply.stem" .) -}}
configMap: {{ $customer.existingVocabulary | default (ternary $own "" (not (empty $text))) | quote }}
text: {{ toJson $text }}
{{- end -}}

{{/* Which of the steps read it, as a JSON array: export, and ingest where numbers stay of those whose time is over. Takes
     {customer, steps}. */}}
{{- define "emply.vocabulary.steps" -}}
{{- $customer := required "emply.vocabulary.steps missing customer" .customer -}}
{{- $steps := required "emply.vocabulary.steps missing steps" .steps -}}
{{- $reads := list -}}
{{- if $customer.words.configMap -}}
{{- $readers := ternary (list "ingest" "export") (list "export") (hasKey $customer.settings "INGEST_RETENTION_DAYS") -}}
{{- range $readers -}}
{{- if has . $steps -}}{{- $reads = append $reads . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $reads | toJson -}}
{{- end -}}
