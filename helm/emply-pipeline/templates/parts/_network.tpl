{{/* Labels of all our pods; with {call} of those that may make it, with {key} of a customer's. Takes {root}. */}}
{{- define "emply.policy.pods" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .call }}
emply-pipeline/calls-{{ . }}: "true"
{{- end }}
{{- with .key }}
emply-pipeline/customer: {{ . }}
{{- end }}
{{- end -}}

{{/* A rule for strangers. Takes {root}. */}}
{{- define "emply.policy.strangers" -}}
- ports:
    {{- range .root.Values.networkPolicy.strangerPorts }}
    - protocol: TCP
      port: {{ . }}
    {{- end }}
  to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: {{- toYaml .root.Values.networkPolicy.privateRanges | nindent 10 }}
{{- end -}}
