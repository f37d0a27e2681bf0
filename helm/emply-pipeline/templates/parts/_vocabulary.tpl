{{/* Which of a customer's words may leave, as YAML: {configMap, text}. `configMap` is empty where nothing is listed; `text` is that
     of the one that the chart makes. Takes {root, key, customer}. */}}
{{- define "emply.vocabulary" -}}
{{- $text := .customer.vocabulary -}}
{{- if and $text .customer.existingVocabulary -}}
{{- fail (printf "customers.%s has vocabulary and existingVocabulary: they are two ways, choose one" .key) -}}
{{- end -}}
{{- if not (or $text .customer.existingVocabulary .customer.source.baseUrl) -}}
{{- $text = .root.Files.Get "files/vocabulary-for-the-mock.toml" -}}
{{- end -}}
{{- $own := printf "%s-vocabulary" (include "emply.stem" .) -}}
configMap: {{ .customer.existingVocabulary | default (ternary $own "" (not (empty $text))) | quote }}
text: {{ toJson $text }}
{{- end -}}
