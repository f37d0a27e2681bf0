{{/* Which value of the chart a setting of a program is, as YAML: messages name settings, and whoever reads them has values.
     Takes {root}, and {key} for a customer's program. */}}
{{- define "emply.values.of" -}}
{{- $_ := required "emply.values.of missing root" .root -}}
HOME: ""
TMPDIR: ""
RUN_TRIGGER: ""
RUST_LOG: logs.level
LOG_FORMAT: logs.format
OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint
HTTPS_PROXY: proxy.httpsProxy
HTTP_PROXY: proxy.httpProxy
NO_PROXY: proxy.noProxy
SSL_CERT_FILE: trustedCA.configMap
REQUESTS_CA_BUNDLE: trustedCA.configMap
PGSSLMODE: postgresql.tls.mode
PGSSLROOTCERT: postgresql.tls.caSecret
{{- with .key }}
{{- $of := printf "customers.%s" . }}
DATABASE_URL: {{ $of }}.database
DATABASE_WAIT_SECONDS: {{ $of }}.settings.DATABASE_WAIT_SECONDS
MIGRATE_INGEST_ROLE: {{ $of }}.roles.ingest
MIGRATE_TRANSFER_ROLE: {{ $of }}.roles.transfer
MIGRATE_EXPORT_ROLE: {{ $of }}.roles.export
MIGRATE_REPORTS_ROLE: {{ $of }}.roles.reports
MIGRATE_MOCK_ROLE: mock.role.name
MIGRATE_MOCK_DATABASE: mock.database
EMPLY_BASE_URL: {{ $of }}.source.baseUrl
EMPLY_CLOCK: {{ $of }}.source.baseUrl
EMPLY_CUSTOMER: {{ $of }}.source.customer
EMPLY_MEDIA_IDS: {{ $of }}.source.mediaIds
VOCABULARY_FILE: {{ $of }}.vocabulary
REPORT_TIME_ZONE: {{ $of }}.report.timeZone
REPORT_MIN_GROUP: {{ $of }}.report.minGroup
REPORT_COMPARE_DEPARTMENTS: {{ $of }}.report.compareDepartments
REPORT_HISTORY_MONTHS: {{ $of }}.report.historyMonths
REPORT_LANGUAGE: {{ $of }}.report.language
REPORTS_DIR: ""
REPORTS_URL: reports.enabled
BOARD_BASE_URL: {{ $of }}.transfer.baseUrl
BOARD_MODE: {{ $of }}.transfer.mode
TRANSFER_MAPPING_FILE: {{ $of }}.transfer.mapping
TRANSFER_ON_CHANGE: {{ $of }}.transfer.onChange
TRANSFER_ON_UNKNOWN: {{ $of }}.transfer.onUnknown
TRANSFER_MAX_TRIES: {{ $of }}.transfer.maxTries
ATTACHMENT_HOSTS: {{ $of }}.transfer.attachments.hosts
ATTACHMENT_PRIVATE_HOSTS: {{ $of }}.transfer.attachments.privateHosts
ATTACHMENT_MAX_BYTES: {{ $of }}.transfer.attachments.maxBytes
ATTACHMENT_MAX_COUNT: {{ $of }}.transfer.attachments.maxCount
WAREHOUSE_TYPE: warehouse.type
LAKE_PATH: ""
BIGQUERY_PROJECT: warehouse.bigquery.project
BIGQUERY_DATASET: {{ $of }}.bigquery.dataset
BIGQUERY_LOCATION: warehouse.bigquery.location
BIGQUERY_MAX_BYTES_BILLED: warehouse.bigquery.maxBytesBilled
BIGQUERY_ENDPOINT: warehouse.bigquery.endpoint
GOOGLE_APPLICATION_CREDENTIALS: warehouse.bigquery
{{- else }}
MOCK_DATABASE_URL: mock.database
MOCK_SEED: mock.seed
MOCK_POSTINGS: mock.postings
MOCK_APPLICATIONS: mock.applications
MOCK_HISTORY_DAYS: mock.historyDays
MOCK_WORLD: mock.world
MOCK_HIRED_SHARE: mock.hiredShare
MOCK_MEDIAN_DAYS: mock.medianDays
MOCK_CONTROL: mock.control
MOCK_CUSTOMERS: customers
MOCK_BOARD_ERROR_STATUS: mock.board.errorStatus
MOCK_KEYS: mock.checkKeys
{{- end }}
{{- end -}}

{{/* The same for the variables of one container, as `NAME=VALUE; …`, which our programs read; secrets by where they are, and
     `NAME_*` for what a customer's `settings` may hold. Takes {root, once (the variables)}, and maybe {key} and {settings}. */}}
{{- define "emply.values.told" -}}
{{- $root := required "emply.values.told missing root" .root -}}
{{- $once := required "emply.values.told missing once" .once -}}
{{- $of := include "emply.values.of" . | fromYaml -}}
{{- range $root.Values.extraEnv -}}
{{- $_ := set $of .name "extraEnv" -}}
{{- end -}}
{{- $settings := printf "customers.%s.settings" (.key | default "") -}}
{{- range $name, $_ := .settings -}}
{{- $_ := set $of $name (printf "%s.%s" $settings $name) -}}
{{- end -}}
{{- $told := list -}}
{{- range $each := $once -}}
{{- $value := get $of $each.name -}}
{{- with dig "valueFrom" "secretKeyRef" dict $each -}}
{{- $value = printf "%s of Secret %s" .key .name -}}
{{- end -}}
{{- if $value -}}
{{- $told = append $told (printf "%s=%s" $each.name $value) -}}
{{- end -}}
{{- end -}}
{{- if hasKey . "settings" -}}
{{- range list "EMPLY" "INGEST" "PII" "DATABASE" "DUCKDB" "DBT" "BOARD" "TRANSFER" "ATTACHMENT" -}}
{{- $told = append $told (printf "%s_*=%s" . $settings) -}}
{{- end -}}
{{- end -}}
{{- join "; " $told -}}
{{- end -}}
