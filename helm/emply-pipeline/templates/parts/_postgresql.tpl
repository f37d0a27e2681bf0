{{/* Name of the Secret with the database's password. */}}
{{- define "emply.postgresql.secret" -}}
{{- .Values.postgresql.existingSecret | default (printf "%s-postgresql" (include "emply.fullname" .)) -}}
{{- end -}}

{{- define "emply.postgresql.host" -}}
{{- if .Values.postgresql.enabled -}}
{{ include "emply.fullname" . }}-postgresql
{{- else -}}
{{ required "postgresql.external.host is needed, since postgresql.enabled is false" .Values.postgresql.external.host }}
{{- end -}}
{{- end -}}

{{- define "emply.postgresql.port" -}}
{{- ternary 5432 (int .Values.postgresql.external.port) .Values.postgresql.enabled -}}
{{- end -}}

{{/* PostgreSQL's own container, without its name and what it runs. Takes the root. */}}
{{- define "emply.postgresql.container" -}}
image: {{ .Values.postgresql.image }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{ include "emply.rights" . }}
resources: {{- toYaml .Values.resources.postgresql | nindent 2 }}
env:
  - name: POSTGRES_USER
    value: {{ .Values.postgresql.user }}
  - name: POSTGRES_DB
    value: postgres
  # a folder of its own: the volume's root may belong to somebody else, or hold lost+found
  - name: PGDATA
    value: /var/lib/postgresql/data/pgdata
  - name: POSTGRES_PASSWORD
    valueFrom:
      secretKeyRef:
        name: {{ include "emply.postgresql.secret" . }}
        key: password
volumeMounts:
  - name: data
    mountPath: /var/lib/postgresql/data
  - name: run
    mountPath: /var/run/postgresql
  - name: tmp
    mountPath: /tmp
{{- end -}}
