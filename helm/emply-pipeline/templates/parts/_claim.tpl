{{/* A claim that outlives the release. Takes {root, component, key, name, persistence}. */}}
{{- define "emply.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  labels: {{- include "emply.labels" . | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes:
    - ReadWriteOnce
  {{- with .persistence.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .persistence.size }}
{{- end -}}

{{/* A Job that wants a claim's volume and ends, unless the volume is there. Many classes make one only when a pod wants
     it, and `helm install --wait` waits for volumes, also for those that nobody wants before tonight.
     Takes what emply.claim takes. */}}
{{- define "emply.claim.wanted" -}}
{{- $present := include "emply.present" (dict "root" .root "kind" "PersistentVolumeClaim" "name" .name) | fromJson -}}
{{- if ne (dig "status" "phase" "" $present) "Bound" -}}
{{- $context := merge (dict "component" "volume" "image" "migrate") . -}}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .name }}-{{ .root.Release.Revision }}
  labels: {{- include "emply.labels" $context | nindent 4 }}
spec:
  {{- include "emply.job.limits" .root.Values.oneShotDefaults | nindent 2 }}
  {{- include "emply.job.failures" . | nindent 2 }}
  template:
    metadata: {{- include "emply.pod.metadata" $context | nindent 6 }}
    spec:
      {{- include "emply.pod" $context | nindent 6 }}
      restartPolicy: Never
      containers:
        - name: volume
          {{- include "emply.container" $context | nindent 10 }}
          args:
            - "--version"
          env: {{- include "emply.env" $context | nindent 12 }}
          volumeMounts:
            {{- include "emply.mounts" $context | nindent 12 }}
            - name: wanted
              mountPath: /mnt
              readOnly: true
      volumes:
        {{- include "emply.volumes" $context | nindent 8 }}
        - name: wanted
          persistentVolumeClaim:
            claimName: {{ .name }}
{{- end -}}
{{- end -}}
