{{/* What a backup and a restore have in common: a pod without its containers. Takes {root, component, user, claim}. */}}
{{- define "emply.backup.pod" -}}
{{ include "emply.pod" . }}
restartPolicy: Never
volumes:
  {{- include "emply.volumes" . | nindent 2 }}
  - name: backup
    persistentVolumeClaim:
      claimName: {{ .claim }}
{{- end -}}

{{/* Without its command; its environment comes last, to be added to. */}}
{{- define "emply.backup.container" -}}
{{- $values := .root.Values -}}
image: {{ $values.postgresql.image }}
imagePullPolicy: {{ $values.image.pullPolicy }}
{{ include "emply.rights" .root }}
resources: {{- toYaml $values.resources.backup | nindent 2 }}
volumeMounts:
  - name: backup
    mountPath: /backup
  {{- include "emply.mounts" . | nindent 2 }}
env:
  - name: PGHOST
    value: {{ include "emply.postgresql.host" .root | quote }}
  - name: PGPORT
    value: {{ include "emply.postgresql.port" .root | quote }}
  - name: PGUSER
    value: {{ $values.postgresql.user }}
  {{- include "emply.env.postgresql" . | nindent 2 }}
{{- end -}}
