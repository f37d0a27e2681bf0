{{/* Spec of a claim. Takes {persistence}. */}}
{{- define "emply.claim" -}}
{{- $persistence := required "emply.claim missing persistence" .persistence -}}
accessModes:
  - ReadWriteOnce
{{- with $persistence.storageClass }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ $persistence.size }}
{{- end -}}

{{/* Says something where a claim has its volume. Takes {root, name}. */}}
{{- define "emply.claim.bound" -}}
{{- $root := required "emply.claim.bound missing root" .root -}}
{{- $name := required "emply.claim.bound missing name" .name -}}
{{- $present := include "emply.present" (dict "root" $root "kind" "PersistentVolumeClaim" "name" $name) | fromJson -}}
{{- if eq (dig "status" "phase" "" $present) "Bound" -}}
yes
{{- end -}}
{{- end -}}

{{/* Spec of a Job that wants a claim's volume and ends. Many classes make one only when a pod wants it, and
     `helm install --wait` waits for volumes, also for those that nobody wants before tonight.
     Takes {root, component, name}, and {key} where the claim is a customer's. */}}
{{- define "emply.claim.wanted" -}}
{{- $root := required "emply.claim.wanted missing root" .root -}}
{{- $_ := required "emply.claim.wanted missing component" .component -}}
{{- $name := required "emply.claim.wanted missing name" .name -}}
{{- $context := merge (dict "image" "migrate") . -}}
{{ include "emply.job.limits" (dict "options" (include "emply.job.options" $root | fromYaml)) }}
{{ include "emply.job.failures" . }}
template:
  metadata: {{- include "emply.pod.metadata" $context | nindent 4 }}
  spec:
    {{- include "emply.pod" $context | nindent 4 }}
    restartPolicy: Never
    containers:
      - name: volume
        {{- include "emply.container" $context | nindent 8 }}
        args:
          - "--version"
        env: {{- include "emply.env.once" (dict "root" $root "env" (include "emply.env" $context)) | nindent 10 }}
        volumeMounts:
          {{- include "emply.mounts" $context | nindent 10 }}
          - name: wanted
            mountPath: /mnt
            readOnly: true
    volumes:
      {{- include "emply.volumes" $context | nindent 6 }}
      - name: wanted
        persistentVolumeClaim:
          claimName: {{ $name }}
{{- end -}}
