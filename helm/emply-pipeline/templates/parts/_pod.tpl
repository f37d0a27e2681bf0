{{/* What all pods have in common. Takes {root}, and maybe {user}, which is not 65532 for PostgreSQL, and {serviceAccount}. */}}
{{- define "emply.pod" -}}
{{- $root := required "emply.pod missing root" .root -}}
{{- $user := .user | default 65532 -}}
enableServiceLinks: false
automountServiceAccountToken: false
{{- with .serviceAccount }}
serviceAccountName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- if not $root.Values.platformIds }}
  runAsUser: {{ $user }}
  runAsGroup: {{ $user }}
  fsGroup: {{ $user }}
  {{- end }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Labels of a pod. Takes {root, component}, {key} for a customer's own, and maybe {calls}, what the NetworkPolicies let it
     call, and {annotations}. */}}
{{- define "emply.pod.metadata" -}}
{{- $root := required "emply.pod.metadata missing root" .root -}}
{{- $_ := required "emply.pod.metadata missing component" .component -}}
labels:
  {{- include "emply.selector" . | nindent 2 }}
  app.kubernetes.io/part-of: emply-pipeline
  {{- range .calls }}
  emply-pipeline/calls-{{ . }}: "true"
  {{- end }}
  {{- with $root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) $root.Values.podAnnotations (.annotations | default dict) }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Image, rights and size of a container of ours. Takes {root, image}. */}}
{{- define "emply.container" -}}
{{- $root := required "emply.container missing root" .root -}}
{{- $image := required "emply.container missing image" .image -}}
image: {{ include "emply.image" . }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
{{ include "emply.rights" . }}
resources: {{- include "emply.resources" (dict "root" $root "of" $image) | nindent 2 }}
{{- end -}}

{{/* Size of a container. Takes {root, of (the key in `resources`)}. */}}
{{- define "emply.resources" -}}
{{- $root := required "emply.resources missing root" .root -}}
{{- $resources := get $root.Values.resources (required "emply.resources missing of" .of) -}}
{{- with $root.Values.defaultCpuLimit -}}
{{- $resources = mergeOverwrite (dict "limits" (dict "cpu" .)) (deepCopy $resources) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* What a container may do on its node. Takes nothing. */}}
{{- define "emply.rights" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
{{- end -}}

{{/* Environment of every program of ours. Takes {root}, and maybe {args} of the program: a check answers with one line an item,
     and log lines between them would only hide those, since Helm 4 shows what a test prints as one. */}}
{{- define "emply.env" -}}
{{- $root := required "emply.env missing root" .root -}}
{{- $values := $root.Values -}}
- name: HOME
  value: /tmp
- name: TMPDIR
  value: /tmp
- name: LOG_FORMAT
  value: {{ $values.logs.format | quote }}
{{- if not (has "check" (.args | default list)) }}
- name: RUST_LOG
  value: {{ $values.logs.level | quote }}
{{- end }}
{{- with $values.telemetry.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- if or $values.proxy.httpsProxy $values.proxy.httpProxy }}
{{- with $values.proxy.httpsProxy }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with $values.proxy.httpProxy }}
- name: HTTP_PROXY
  value: {{ . | quote }}
{{- end }}
- name: NO_PROXY
  value: {{ include "emply.noProxy" $root | quote }}
{{- end }}
{{- if $values.trustedCA.configMap }}
# the first is read by our programs, the second by what dbt asks Google with
- name: SSL_CERT_FILE
  value: /etc/emply/trusted-ca/ca.crt
- name: REQUESTS_CA_BUNDLE
  value: /etc/emply/trusted-ca/ca.crt
{{- end }}
{{- end -}}

{{/* Environment of a container, each variable once: what people set in `extraEnv` takes the place of ours, and a customer's
     `settings` that of both; and which values they are. Takes {root, env (of ours, as YAML)}, and maybe {key} and {settings}. */}}
{{- define "emply.env.once" -}}
{{- $root := required "emply.env.once missing root" .root -}}
{{- $all := concat (required "emply.env.once missing env" .env | fromYamlArray) $root.Values.extraEnv -}}
{{- range $name, $value := .settings -}}
{{- /* a million would be 1e+06 */}}
{{- $whole := and (kindIs "float64" $value) (eq (floor $value) $value) -}}
{{- $all = append $all (dict "name" $name "value" (ternary (int64 $value) $value $whole | toString)) -}}
{{- end -}}
{{- $once := list -}}
{{- $names := dict -}}
{{- range reverse $all -}}
{{- if not (hasKey $names .name) -}}
{{- $_ := set $names .name true -}}
{{- $once = prepend $once . -}}
{{- end -}}
{{- end -}}
{{- $told := include "emply.values.told" (merge (dict "once" $once) .) -}}
{{- append $once (dict "name" "CHART_VALUES" "value" $told) | toYaml -}}
{{- end -}}

{{/* The chart's own hosts are never reached through a proxy. Takes the root. */}}
{{- define "emply.noProxy" -}}
{{- $values := required "emply.noProxy missing Values: it takes the root" .Values -}}
{{- $hosts := list "localhost" "127.0.0.1" "::1" (printf "%s-mock-api" (include "emply.fullname" .)) -}}
{{- range $key, $_ := $values.customers -}}
{{- $hosts = append $hosts (printf "%s-reports" (include "emply.stem" (dict "root" $ "key" $key))) -}}
{{- end -}}
{{- if eq $values.warehouse.type "bigquery" -}}
{{- $hosts = concat $hosts (list "metadata.google.internal" "169.254.169.254") -}}
{{- if include "emply.warehouse.plain" . }}{{ $hosts = append $hosts (urlParse $values.warehouse.bigquery.endpoint).hostname }}{{ end -}}
{{- end -}}
{{- with $values.proxy.noProxy }}{{ $hosts = append $hosts . }}{{ end -}}
{{- join "," $hosts -}}
{{- end -}}

{{/* How a database is reached: the URL without, and the password beside it; by its owner, unless somebody else is named.
     Takes {root, variable, database}, and maybe {user, secret, secretKey}. */}}
{{- define "emply.env.database" -}}
{{- $root := required "emply.env.database missing root" .root -}}
{{- $variable := required "emply.env.database missing variable" .variable -}}
{{- $database := required "emply.env.database missing database" .database -}}
{{- $postgresql := $root.Values.postgresql -}}
{{- $host := include "emply.postgresql.host" $root -}}
{{- if contains ":" $host }}{{ $host = printf "[%s]" $host }}{{ end -}}
- name: {{ $variable }}
  value: {{ printf "postgres://%s@%s:%s/%s" (.user | default $postgresql.user) $host (include "emply.postgresql.port" $root) $database | quote }}
{{ include "emply.env.postgresql" . }}
{{- end -}}

{{/* What libpq and our programs alike read of the environment. Takes {root}, and maybe {secret, secretKey} with another password
     than the owner's. */}}
{{- define "emply.env.postgresql" -}}
{{- $root := required "emply.env.postgresql missing root" .root -}}
{{- $tls := $root.Values.postgresql.tls -}}
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .secret | default (include "emply.postgresql.secret" $root) }}
      key: {{ .secretKey | default "password" }}
- name: PGSSLMODE
  value: {{ include "emply.postgresql.tlsMode" $root }}
{{- if $tls.caSecret }}
- name: PGSSLROOTCERT
  value: /etc/emply/postgresql-ca/ca.crt
{{- end }}
{{- end -}}

{{/* A folder to write to, and authorities to trust, as mounts. Takes {root}. */}}
{{- define "emply.mounts" -}}
{{- $root := required "emply.mounts missing root" .root -}}
- name: tmp
  mountPath: /tmp
{{- if $root.Values.trustedCA.configMap }}
- name: trusted-ca
  mountPath: /etc/emply/trusted-ca
  readOnly: true
{{- end }}
{{- if $root.Values.postgresql.tls.caSecret }}
- name: postgresql-ca
  mountPath: /etc/emply/postgresql-ca
  readOnly: true
{{- end }}
{{- end -}}

{{/* The same as volumes. Takes {root}, and maybe {tmpSize}. */}}
{{- define "emply.volumes" -}}
{{- $root := required "emply.volumes missing root" .root -}}
- name: tmp
  {{- if .tmpSize }}
  emptyDir:
    sizeLimit: {{ .tmpSize }}
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- with $root.Values.trustedCA }}
{{- if .configMap }}
- name: trusted-ca
  configMap:
    name: {{ .configMap }}
    items:
      - key: {{ .key }}
        path: ca.crt
{{- end }}
{{- end }}
{{- with $root.Values.postgresql.tls.caSecret }}
- name: postgresql-ca
  secret:
    secretName: {{ . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- end -}}
