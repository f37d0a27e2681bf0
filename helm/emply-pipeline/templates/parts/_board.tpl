{{/* A customer's job board, as YAML: {transfers, missing, url, secret, mapping, text}. `transfers` says whether postings go
     there, `missing` which value it would take; `text` is that of the mapping that the chart makes. Takes {root, key,
     customer}. */}}
{{- define "emply.board" -}}
{{- $root := required "emply.board missing root" .root -}}
{{- $key := required "emply.board missing key" .key -}}
{{- $customer := required "emply.board missing customer" .customer -}}
{{- $transfer := $customer.transfer -}}
{{- $mock := $root.Values.mock -}}
{{- $missing := "" -}}
{{- $text := $transfer.mapping -}}
{{- if not (or $text $transfer.existingMapping $transfer.baseUrl) -}}
{{- $text = $root.Files.Get "files/mapping-for-the-mock.toml" -}}
{{- end -}}
{{- if not (or $transfer.baseUrl $mock.enabled) -}}
{{- $missing = "baseUrl is needed, since mock.enabled is false" -}}
{{- else if not (or $text $transfer.existingMapping) -}}
{{- $missing = "mapping is needed (or existingMapping): the chart has one for the mock's world only" -}}
{{- else if $transfer.existingSecret -}}
{{- else if $transfer.baseUrl -}}
{{- $missing = "existingSecret is needed: the board at transfer.baseUrl does not know an account that is made up" -}}
{{- else if $mock.board.existingSecret -}}
{{- $missing = "existingSecret is needed, since mock.board.existingSecret lists the accounts" -}}
{{- else if not $root.Values.generateSecrets -}}
{{- $missing = "existingSecret is needed, since generateSecrets is false" -}}
{{- end -}}
{{- $wanted := false -}}
{{- range $customer.oneShots -}}
{{- if has "transfer" .steps -}}{{- $wanted = true -}}{{- end -}}
{{- end -}}
{{- if and $transfer.mapping $transfer.existingMapping -}}
{{- fail (printf "transfer of customer %s has mapping and existingMapping: they are two ways, choose one" $key) -}}
{{- end -}}
transfers: {{ and $wanted (not $missing) }}
missing: {{ $missing | quote }}
url: {{ $transfer.baseUrl | default (printf "http://%s-mock-api:8000" (include "emply.fullname" $root)) | quote }}
secret: {{ $transfer.existingSecret | default (printf "%s-board" (include "emply.stem" .)) | quote }}
mapping: {{ $transfer.existingMapping | default (printf "%s-transfer" (include "emply.stem" .)) | quote }}
text: {{ toJson $text }}
{{- end -}}

{{/* Says something where a one-shot can run: not where postings have no board to go to, unless somebody waits for it.
     Takes {key, customer, steps, options}. */}}
{{- define "emply.oneShot.canRun" -}}
{{- $key := required "emply.oneShot.canRun missing key" .key -}}
{{- $customer := required "emply.oneShot.canRun missing customer" .customer -}}
{{- $steps := required "emply.oneShot.canRun missing steps" .steps -}}
{{- $options := required "emply.oneShot.canRun missing options" .options -}}
{{- if or $customer.board.transfers (not (has "transfer" $steps)) -}}
yes
{{- else if not $options.suspend -}}
{{- fail (printf "customers.%s.transfer.%s" $key $customer.board.missing) -}}
{{- end -}}
{{- end -}}

{{/* Settings of transfer. Takes {root, key, customer}. */}}
{{- define "emply.env.transfer" -}}
{{- $_ := required "emply.env.transfer missing root" .root -}}
{{- $_ := required "emply.env.transfer missing key" .key -}}
{{- $customer := required "emply.env.transfer missing customer" .customer -}}
{{- $transfer := $customer.transfer -}}
{{ include "emply.env.store" (merge (dict "program" "transfer") .) }}
- name: BOARD_BASE_URL
  value: {{ $customer.board.url | quote }}
- name: BOARD_MODE
  value: {{ $transfer.mode }}
{{- range list "BOARD_EMAIL" "BOARD_PASSWORD" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $customer.board.secret }}
      key: {{ . }}
{{- end }}
- name: TRANSFER_MAPPING_FILE
  value: /etc/emply/transfer/mapping.toml
- name: TRANSFER_ON_CHANGE
  value: {{ $transfer.onChange }}
- name: TRANSFER_ON_UNKNOWN
  value: {{ $transfer.onUnknown }}
- name: TRANSFER_MAX_TRIES
  value: {{ $transfer.maxTries | int | toString | quote }}
{{- with $transfer.attachments }}
{{- with .hosts }}
- name: ATTACHMENT_HOSTS
  value: {{ join "," . | quote }}
{{- end }}
{{- with .privateHosts }}
- name: ATTACHMENT_PRIVATE_HOSTS
  value: {{ join "," . | quote }}
{{- end }}
- name: ATTACHMENT_MAX_BYTES
  value: {{ .maxBytes | int64 | toString | quote }}
- name: ATTACHMENT_MAX_COUNT
  value: {{ .maxCount | int | toString | quote }}
{{- end }}
{{- end -}}
