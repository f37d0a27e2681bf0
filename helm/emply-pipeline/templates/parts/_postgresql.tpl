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

{{/* Programs that have a role each at the server of PostgreSQL, as JSON. Takes nothing. */}}
{{- define "emply.roles.programs" -}}
["ingest", "transfer", "export", "reports"]
{{- end -}}

{{/* Name of a program's role in a customer's database. Takes {root, key, customer, program}. */}}
{{- define "emply.role" -}}
{{- $_ := required "emply.role missing root" .root -}}
{{- $key := required "emply.role missing key" .key -}}
{{- $customer := required "emply.role missing customer" .customer -}}
{{- $program := required "emply.role missing program" .program -}}
{{- $name := get $customer.roles $program | default (printf "%s_%s" $customer.database $program) -}}
{{- if gt (len $name) 63 -}}
{{- fail (printf "customers.%s.roles.%s is needed, since %s has more than the 63 characters that PostgreSQL keeps of a name" $key $program $name) -}}
{{- end -}}
{{ $name }}
{{- end -}}

{{/* Secret with the passwords of a customer's roles. Takes {root, key, customer}. */}}
{{- define "emply.roles.secret" -}}
{{- $_ := required "emply.roles.secret missing root" .root -}}
{{- $_ := required "emply.roles.secret missing key" .key -}}
{{- $customer := required "emply.roles.secret missing customer" .customer -}}
{{- $customer.roles.existingSecret | default (printf "%s-roles" (include "emply.stem" .)) -}}
{{- end -}}

{{/* Name of the mock's role. Takes the root. */}}
{{- define "emply.mock.role" -}}
{{- $values := required "emply.mock.role missing Values: it takes the root" .Values -}}
{{- $values.mock.role.name | default $values.mock.database -}}
{{- end -}}

{{/* Secret with its password. Takes the root. */}}
{{- define "emply.mock.role.secret" -}}
{{- $values := required "emply.mock.role.secret missing Values: it takes the root" .Values -}}
{{- $values.mock.role.existingSecret | default (printf "%s-mock-role" (include "emply.fullname" .)) -}}
{{- end -}}

{{/* What migrate is told of roles: the customer's, and of one customer's migrate the mock's too. Passwords are for whoever may
     set them. Takes {root, key, customer}. */}}
{{- define "emply.env.roles" -}}
{{- $root := required "emply.env.roles missing root" .root -}}
{{- $key := required "emply.env.roles missing key" .key -}}
{{- $_ := required "emply.env.roles missing customer" .customer -}}
{{- $values := $root.Values -}}
{{- range $program := include "emply.roles.programs" . | fromJsonArray }}
- name: MIGRATE_{{ upper $program }}_ROLE
  value: {{ include "emply.role" (merge (dict "program" $program) $) | quote }}
{{- if $values.postgresql.roles.make }}
- name: MIGRATE_{{ upper $program }}_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.roles.secret" $ }}
      key: {{ $program }}
{{- end }}
{{- end }}
{{- if and $values.mock.enabled (eq $key (include "emply.customers" $root | fromYaml | keys | sortAlpha | first)) }}
- name: MIGRATE_MOCK_ROLE
  value: {{ include "emply.mock.role" $root | quote }}
- name: MIGRATE_MOCK_DATABASE
  value: {{ $values.mock.database | quote }}
{{- if $values.postgresql.roles.make }}
- name: MIGRATE_MOCK_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.mock.role.secret" $root }}
      key: password
{{- end }}
{{- end }}
{{- end -}}
