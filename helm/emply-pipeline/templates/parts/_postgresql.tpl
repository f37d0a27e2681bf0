{{/* Name of the Secret with the database's password. Takes the root. */}}
{{- define "emply.postgresql.secret" -}}
{{- $values := required "emply.postgresql.secret missing Values: it takes the root" .Values -}}
{{- $values.postgresql.existingSecret | default (printf "%s-postgresql" (include "emply.fullname" .)) -}}
{{- end -}}

{{/* Where the database server answers. Takes the root. */}}
{{- define "emply.postgresql.host" -}}
{{- $values := required "emply.postgresql.host missing Values: it takes the root" .Values -}}
{{- if $values.postgresql.enabled -}}
{{ include "emply.fullname" . }}-postgresql
{{- else -}}
{{ required "postgresql.external.host is needed, since postgresql.enabled is false" $values.postgresql.external.host }}
{{- end -}}
{{- end -}}

{{/* At which port. Takes the root. */}}
{{- define "emply.postgresql.port" -}}
{{- $values := required "emply.postgresql.port missing Values: it takes the root" .Values -}}
{{- ternary 5432 (int $values.postgresql.external.port) $values.postgresql.enabled -}}
{{- end -}}

{{/* How much TLS there is to be: as much as can be, unless the values ask for less. The chart's own server has none. Takes the
     root. */}}
{{- define "emply.postgresql.tlsMode" -}}
{{- $values := required "emply.postgresql.tlsMode missing Values: it takes the root" .Values -}}
{{- $postgresql := $values.postgresql -}}
{{- $ofStranger := ternary "verify-full" "require" (not (empty $postgresql.tls.caSecret)) -}}
{{- $postgresql.tls.mode | default (ternary "disable" $ofStranger $postgresql.enabled) -}}
{{- end -}}

{{/* PostgreSQL's own container, without its name and what it runs. Takes the root. */}}
{{- define "emply.postgresql.container" -}}
{{- $values := required "emply.postgresql.container missing Values: it takes the root" .Values -}}
image: {{ $values.postgresql.image }}
imagePullPolicy: {{ $values.image.pullPolicy }}
{{ include "emply.rights" . }}
resources: {{- include "emply.resources" (dict "root" . "of" "postgresql") | nindent 2 }}
env:
  - name: POSTGRES_USER
    value: {{ $values.postgresql.user }}
  - name: POSTGRES_DB
    value: postgres
  # a folder of its own: the volume's root may belong to somebody else, or hold lost+found
  - name: PGDATA
    value: /var/lib/emply/postgresql/{{ $values.postgresql.persistence.folder }}
  - name: POSTGRES_PASSWORD
    valueFrom:
      secretKeyRef:
        name: {{ include "emply.postgresql.secret" . }}
        key: password
volumeMounts:
  # nowhere below /var/lib/postgresql: the image of PostgreSQL 18 ends where it finds a volume at the place of those before
  - name: data
    mountPath: /var/lib/emply/postgresql
  - name: run
    mountPath: /var/run/postgresql
  - name: tmp
    mountPath: /tmp
{{- end -}}
