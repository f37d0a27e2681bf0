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
