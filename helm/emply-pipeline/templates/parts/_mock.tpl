{{/* Settings of the mock, which plays every customer without a source. Takes {root}. */}}
{{- define "emply.env.mock" -}}
{{- $root := required "emply.env.mock missing root" .root -}}
{{- $mock := $root.Values.mock -}}
{{- $keys := list -}}
{{- /* the first one's world is in the database itself, so it must not change with the others */}}
{{- $slugs := list $root.Values.customerDefaults.source.customer -}}
{{ include "emply.env" . }}
{{- $who := dict }}
{{- if $root.Values.postgresql.roles.enabled }}
{{- $who = dict "user" (include "emply.mock.role" $root) "secret" (include "emply.mock.role.secret" $root) }}
{{- end }}
{{ include "emply.env.database" (merge (dict "root" $root "variable" "MOCK_DATABASE_URL" "database" $mock.database) $who) }}
- name: MOCK_SEED
  value: {{ $mock.seed | toString | quote }}
- name: MOCK_POSTINGS
  value: {{ $mock.postings | int | toString | quote }}
- name: MOCK_APPLICATIONS
  value: {{ $mock.applications | int | toString | quote }}
- name: MOCK_HISTORY_DAYS
  value: {{ $mock.historyDays | int | toString | quote }}
- name: MOCK_WORLD
  value: {{ $mock.world | quote }}
{{- if not (kindIs "invalid" $mock.hiredShare) }}
- name: MOCK_HIRED_SHARE
  value: {{ $mock.hiredShare | toString | quote }}
{{- end }}
{{- if not (kindIs "invalid" $mock.medianDays) }}
- name: MOCK_MEDIAN_DAYS
  value: {{ $mock.medianDays | toString | quote }}
{{- end }}
- name: MOCK_CONTROL
  value: {{ $mock.control | quote }}
{{- range $key, $customer := include "emply.customers" $root | fromYaml }}
{{- if not $customer.source.baseUrl }}
{{- $variable := printf "KEY_OF_%s" ($key | replace "-" "_" | upper) }}
{{- $keys = append $keys (printf "$(%s)" $variable) }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" (dict "root" $root "key" $key "customer" $customer) }}
      key: EMPLY_API_KEY
{{- $slugs = append $slugs $customer.source.customer }}
{{- end }}
{{- end }}
- name: MOCK_CUSTOMERS
  value: {{ uniq $slugs | join "," | quote }}
{{- with $mock.board }}
- name: MOCK_BOARD_ERROR_STATUS
  value: {{ .errorStatus | int | toString | quote }}
{{- if .existingSecret }}
- name: MOCK_BOARD_ACCOUNTS
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: MOCK_BOARD_ACCOUNTS
{{- end }}
{{- end }}
{{- if and $mock.checkKeys $keys }}
- name: MOCK_KEYS
  value: {{ join "," $keys | quote }}
{{- end }}
{{- end -}}
