{{/* A program that runs once and ends: a Job's spec, the same for CronJobs and Jobs.
     Takes {root, key, customer, component, steps, options}, and maybe {args} of each step, and {byHand} of a pod for
     commands; options as in `oneShotDefaults`. */}}
{{- define "emply.job" -}}
{{- $_ := required "emply.job missing root" .root -}}
{{- $_ := required "emply.job missing key" .key -}}
{{- $customer := required "emply.job missing customer" .customer -}}
{{- $_ := required "emply.job missing component" .component -}}
{{- $steps := required "emply.job missing steps" .steps -}}
{{- $_ := required "emply.job missing options" .options -}}
{{- $warehouse := include "emply.warehouse.calls" . | fromJsonArray -}}
{{- $callsOf := dict "migrate" (list "database") "ingest" (list "database" "source") "transfer" (list "database" "board") "export" (prepend $warehouse "database") "dbt" (prepend $warehouse "reports") -}}
{{- $calls := list -}}
{{- range $steps -}}
{{- $calls = concat $calls (get $callsOf . | default (list)) -}}
{{- end -}}
{{- $annotations := dict -}}
{{- if and (has "transfer" $steps) $customer.board.text -}}
{{- $_ := set $annotations "checksum/mapping" (sha256sum $customer.board.text) -}}
{{- end -}}
{{- if and (include "emply.vocabulary.steps" . | fromJsonArray) $customer.words.text -}}
{{- $_ := set $annotations "checksum/vocabulary" (sha256sum $customer.words.text) -}}
{{- end -}}
{{ include "emply.job.limits" . }}
{{ include "emply.job.failures" . }}
template:
  metadata: {{- include "emply.pod.metadata" (merge (dict "calls" (uniq $calls) "annotations" $annotations) .) | nindent 4 }}
  spec: {{- include "emply.steps" . | nindent 4 }}
{{- end -}}

{{/* End of the name of a Job that belongs to the install or to one upgrade. A Job cannot be changed, and one of an upgrade that
     failed stays when its release is taken away, so each has a name that no other one can have. Where nothing can be looked up, the
     same manifests are applied again and again: there the end tells what the Job does, so that it runs once for each change.
     Takes {root, spec}, the Job's. */}}
{{- define "emply.job.end" -}}
{{- $root := required "emply.job.end missing root" .root -}}
{{- $spec := required "emply.job.end missing spec" .spec -}}
{{- if include "emply.cluster" $root -}}{{ randAlphaNum 8 | lower }}{{- else -}}{{ $spec | sha256sum | trunc 8 }}{{- end -}}
{{- end -}}

{{/* Options of such a Job, as YAML. Where nothing can be looked up it stays when it has ended, since whoever applies would make it
     anew. Takes the root. */}}
{{- define "emply.job.options" -}}
{{- $values := required "emply.job.options missing Values: it takes the root" .Values -}}
{{- $options := $values.oneShotDefaults -}}
{{- if not (include "emply.cluster" .) }}{{ $options = omit $options "ttlSecondsAfterFinished" }}{{ end -}}
{{- toYaml $options -}}
{{- end -}}

{{/* How often and how long a Job may try. Takes {options}, as in `oneShotDefaults`. */}}
{{- define "emply.job.limits" -}}
{{- $options := required "emply.job.limits missing options" .options -}}
backoffLimit: {{ $options.backoffLimit }}
activeDeadlineSeconds: {{ $options.activeDeadlineSeconds }}
{{- with $options.ttlSecondsAfterFinished }}
ttlSecondsAfterFinished: {{ . }}
{{- end }}
{{- end -}}

{{/* Which failures of our programs end a Job. Takes nothing. */}}
{{- define "emply.job.failures" -}}
podFailurePolicy:
  rules:
    # exit code 2: a retry cannot help
    - action: FailJob
      onExitCodes:
        operator: In
        values:
          - 2
    {{- include "emply.job.disruption" . | nindent 4 }}
{{- end -}}

{{/* A rule of a podFailurePolicy. Takes nothing. */}}
{{- define "emply.job.disruption" -}}
# the node went away, not the program
- action: Ignore
  onPodConditions:
    - type: DisruptionTarget
      status: "True"
{{- end -}}

{{/* How a CronJob keeps to its schedule. Takes {options}, as in `oneShotDefaults`. */}}
{{- define "emply.cronJob.limits" -}}
{{- $options := required "emply.cronJob.limits missing options" .options -}}
timeZone: {{ $options.timeZone }}
suspend: {{ $options.suspend }}
concurrencyPolicy: {{ $options.concurrencyPolicy }}
startingDeadlineSeconds: {{ $options.startingDeadlineSeconds }}
successfulJobsHistoryLimit: {{ $options.successfulJobsHistoryLimit }}
failedJobsHistoryLimit: {{ $options.failedJobsHistoryLimit }}
{{- end -}}

{{/* Of a CronJob from which people make Jobs. Its schedule is a day that never comes, should somebody resume it: such a pod
     waits for people. Takes {options}, as in `oneShotDefaults`, with `suspend`. */}}
{{- define "emply.cronJob.never" -}}
{{- $_ := required "emply.cronJob.never missing options" .options -}}
schedule: "0 0 30 2 *"
{{ include "emply.cronJob.limits" . }}
{{- end -}}

{{/* A pod whose containers run one after the other. Takes {root, key, customer, steps, options}, and what else emply.job takes. */}}
{{- define "emply.steps" -}}
{{- $root := required "emply.steps missing root" .root -}}
{{- $_ := required "emply.steps missing key" .key -}}
{{- $customer := required "emply.steps missing customer" .customer -}}
{{- $steps := required "emply.steps missing steps" .steps -}}
{{- $options := required "emply.steps missing options" .options -}}
{{- $goes := or (has "export" $steps) (has "dbt" $steps) -}}
{{- include "emply.pod" (merge (dict "serviceAccount" (ternary $customer.warehouse.serviceAccount "" $goes)) .) }}
restartPolicy: Never
terminationGracePeriodSeconds: {{ $options.terminationGracePeriodSeconds }}
{{- with initial $steps }}
initContainers:
  {{- range . }}
  - {{ include "emply.step" (merge (dict "step" .) $) | nindent 4 | trim }}
  {{- end }}
{{- end }}
containers:
  - {{ include "emply.step" (merge (dict "step" (last $steps)) .) | nindent 4 | trim }}
volumes:
  {{- include "emply.volumes" (merge (dict "tmpSize" (ternary $root.Values.warehouse.tmpSize "" $goes)) .) | nindent 2 }}
  {{- if $goes }}
  {{- include "emply.warehouse.volumes" . | nindent 2 }}
  {{- end }}
  {{- if has "transfer" $steps }}
  - name: mapping
    configMap:
      name: {{ $customer.board.mapping }}
      items:
        - key: mapping.toml
          path: mapping.toml
  {{- end }}
  {{- if include "emply.vocabulary.steps" . | fromJsonArray }}
  - name: vocabulary
    configMap:
      name: {{ $customer.words.configMap }}
      items:
        - key: vocabulary.toml
          path: vocabulary.toml
  {{- end }}
{{- end -}}

{{/* One program with its settings. Takes {root, key, customer, steps, step}, and what else emply.job takes. */}}
{{- define "emply.step" -}}
{{- $root := required "emply.step missing root" .root -}}
{{- $_ := required "emply.step missing key" .key -}}
{{- $customer := required "emply.step missing customer" .customer -}}
{{- $_ := required "emply.step missing steps" .steps -}}
{{- $step := required "emply.step missing step" .step -}}
{{- $known := list "migrate" "ingest" "transfer" "export" "dbt" -}}
{{- if not (has $step $known) -}}
{{- fail (printf "there is no step %s; steps are %s" $step (join ", " $known)) -}}
{{- end -}}
name: {{ $step }}
{{ include "emply.container" (dict "root" $root "image" $step) }}
{{- with .args }}
args: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .byHand }}
# open and empty until somebody attaches, which nobody does: so the program waits, and the pod is there for commands
stdin: true
stdinOnce: true
{{- end }}
env: {{- include "emply.env.once" (dict "root" $root "key" .key "settings" $customer.settings "env" (include "emply.step.env" .)) | nindent 2 }}
volumeMounts:
  {{- include "emply.mounts" . | nindent 2 }}
  {{- if has $step (list "export" "dbt") }}
  {{- include "emply.warehouse.mounts" . | nindent 2 }}
  {{- end }}
  {{- if eq $step "transfer" }}
  - name: mapping
    mountPath: /etc/emply/transfer
    readOnly: true
  {{- end }}
  {{- if has $step (include "emply.vocabulary.steps" . | fromJsonArray) }}
  - name: vocabulary
    mountPath: /etc/emply/{{ $step }}
    readOnly: true
  {{- end }}
{{- end -}}

{{/* Settings that the chart gives a step. Takes {root, key, customer, steps, step}. */}}
{{- define "emply.step.env" -}}
{{- $_ := required "emply.step.env missing root" .root -}}
{{- $_ := required "emply.step.env missing key" .key -}}
{{- $_ := required "emply.step.env missing customer" .customer -}}
{{- $_ := required "emply.step.env missing steps" .steps -}}
{{- $step := required "emply.step.env missing step" .step -}}
{{ include "emply.env" . }}
- name: RUN_TRIGGER
  valueFrom:
    fieldRef:
      fieldPath: "metadata.labels['batch.kubernetes.io/job-name']"
{{ include (printf "emply.env.%s" $step) . }}
{{- if has $step (include "emply.vocabulary.steps" . | fromJsonArray) }}
- name: VOCABULARY_FILE
  value: /etc/emply/{{ $step }}/vocabulary.toml
{{- end }}
{{- end -}}

{{/* How a program reaches the customer's database. Takes {root, key, customer, program}. */}}
{{- define "emply.env.store" -}}
{{- $root := required "emply.env.store missing root" .root -}}
{{- $_ := required "emply.env.store missing key" .key -}}
{{- $customer := required "emply.env.store missing customer" .customer -}}
{{- $program := required "emply.env.store missing program" .program -}}
{{- $who := dict -}}
{{- if and $root.Values.postgresql.roles.enabled (ne $program "migrate") -}}
{{- $who = dict "user" (include "emply.role" .) "secret" (include "emply.roles.secret" .) "secretKey" $program -}}
{{- end -}}
{{- include "emply.env.database" (merge (dict "root" $root "variable" "DATABASE_URL" "database" $customer.database) $who) -}}
{{- end -}}

{{/* Settings of migrate. Takes {root, key, customer}. */}}
{{- define "emply.env.migrate" -}}
{{- $root := required "emply.env.migrate missing root" .root -}}
{{- $_ := required "emply.env.migrate missing key" .key -}}
{{- $_ := required "emply.env.migrate missing customer" .customer -}}
{{ include "emply.env.store" (merge (dict "program" "migrate") .) }}
{{- if $root.Values.postgresql.roles.enabled }}
{{- include "emply.env.roles" . }}
{{- end }}
- name: DATABASE_WAIT_SECONDS
  value: "300"
{{- end -}}

{{/* Settings of ingest. Takes {root, key, customer}, and maybe {byHand}. */}}
{{- define "emply.env.ingest" -}}
{{- $_ := required "emply.env.ingest missing root" .root -}}
{{- $_ := required "emply.env.ingest missing key" .key -}}
{{- $customer := required "emply.env.ingest missing customer" .customer -}}
{{ include "emply.env.store" (merge (dict "program" "ingest") .) }}
- name: EMPLY_BASE_URL
  value: {{ include "emply.source.url" . | quote }}
{{- if not $customer.source.baseUrl }}
# the mock tells the time of its world
- name: EMPLY_CLOCK
  value: "own"
{{- end }}
- name: EMPLY_CUSTOMER
  value: {{ $customer.source.customer | quote }}
- name: EMPLY_MEDIA_IDS
  value: {{ join "," $customer.source.mediaIds | quote }}
- name: EMPLY_API_KEY
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" . }}
      key: EMPLY_API_KEY
{{ include "emply.env.groups" . }}
# once a person was forgotten, no run goes without it
- name: PII_KEY
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" . }}
      key: PII_KEY
{{- if .byHand }}
# there while a key is changed for another: what `ingest rotate-key` reads
- name: PII_KEY_OLD
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" . }}
      key: PII_KEY_OLD
      optional: true
{{- end }}
{{- end -}}

{{/* Settings of export. Takes {root, key, customer}. */}}
{{- define "emply.env.export" -}}
{{- $_ := required "emply.env.export missing root" .root -}}
{{- $_ := required "emply.env.export missing key" .key -}}
{{- $_ := required "emply.env.export missing customer" .customer -}}
{{ include "emply.env.store" (merge (dict "program" "export") .) }}
{{ include "emply.env.warehouse" . }}
- name: PII_KEY
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" . }}
      key: PII_KEY
{{- end -}}

{{/* By which months, and from how many people on, numbers are told. Takes {customer}. */}}
{{- define "emply.env.groups" -}}
{{- $customer := required "emply.env.groups missing customer" .customer -}}
- name: REPORT_TIME_ZONE
  value: {{ $customer.report.timeZone | quote }}
- name: REPORT_MIN_GROUP
  value: {{ $customer.report.minGroup | int64 | toString | quote }}
{{- end -}}

{{/* Settings of dbt. Takes {root, key, customer}. */}}
{{- define "emply.env.dbt" -}}
{{- $root := required "emply.env.dbt missing root" .root -}}
{{- $_ := required "emply.env.dbt missing key" .key -}}
{{- $customer := required "emply.env.dbt missing customer" .customer -}}
{{ include "emply.env.warehouse" . }}
{{ include "emply.env.groups" . }}
{{- with $customer.report }}
- name: REPORT_COMPARE_DEPARTMENTS
  value: {{ .compareDepartments | toString | quote }}
- name: REPORT_HISTORY_MONTHS
  value: {{ .historyMonths | int64 | toString | quote }}
{{- end }}
{{- if $root.Values.reports.enabled }}
- name: REPORTS_URL
  value: "http://{{ include "emply.stem" . }}-reports:8080"
- name: REPORTS_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" . }}
      key: REPORTS_TOKEN
{{- end }}
{{- end -}}

{{/* Spec of a CronJob for a pod in which a person gives commands of one program. They go in by `kubectl exec`, names and
     addresses by its standard input: what stands in the arguments of a Job is kept in etcd, in the audit of the API server
     and in the list of Jobs, and what a container prints in the node's logs. Its own program reads standard input and hears
     no signal meanwhile, so it is given no long time to stop. Takes {root, key, customer, component, step, args}. */}}
{{- define "emply.byHand" -}}
{{- $root := required "emply.byHand missing root" .root -}}
{{- $_ := required "emply.byHand missing key" .key -}}
{{- $_ := required "emply.byHand missing customer" .customer -}}
{{- $_ := required "emply.byHand missing component" .component -}}
{{- $step := required "emply.byHand missing step" .step -}}
{{- $_ := required "emply.byHand missing args" .args -}}
{{- $options := mergeOverwrite (deepCopy $root.Values.oneShotDefaults)
      (dict "suspend" true "backoffLimit" 0 "terminationGracePeriodSeconds" 5) -}}
{{- $context := merge (dict "steps" (list $step) "options" $options "byHand" true) . -}}
{{ include "emply.cronJob.never" (dict "options" $options) }}
jobTemplate:
  metadata:
    labels: {{- include "emply.labels" $context | nindent 6 }}
  spec: {{- include "emply.job" $context | nindent 4 }}
{{- end -}}
