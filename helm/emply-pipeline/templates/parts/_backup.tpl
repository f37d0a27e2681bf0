{{/* What a backup and a restore have in common: a pod without its containers. Takes {root, claim}, and what else
     emply.pod takes. */}}
{{- define "emply.backup.pod" -}}
{{- $_ := required "emply.backup.pod missing root" .root -}}
{{- $claim := required "emply.backup.pod missing claim" .claim -}}
{{ include "emply.pod" . }}
restartPolicy: Never
volumes:
  {{- include "emply.volumes" . | nindent 2 }}
  - name: backup
    persistentVolumeClaim:
      claimName: {{ $claim }}
{{- end -}}

{{/* Without its command; its environment comes last, to be added to. Takes {root}. */}}
{{- define "emply.backup.container" -}}
{{- $root := required "emply.backup.container missing root" .root -}}
{{- $values := $root.Values -}}
image: {{ $values.postgresql.image }}
imagePullPolicy: {{ $values.image.pullPolicy }}
{{ include "emply.rights" $root }}
resources: {{- include "emply.resources" (dict "root" $root "of" "backup") | nindent 2 }}
volumeMounts:
  - name: backup
    mountPath: /backup
  {{- include "emply.mounts" . | nindent 2 }}
env:
  - name: PGHOST
    value: {{ include "emply.postgresql.host" $root | quote }}
  - name: PGPORT
    value: {{ include "emply.postgresql.port" $root | quote }}
  - name: PGUSER
    value: {{ $values.postgresql.user }}
  {{- include "emply.env.postgresql" . | nindent 2 }}
{{- end -}}
