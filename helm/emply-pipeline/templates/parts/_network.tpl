{{/* Labels of all our pods. Takes {root}, and maybe {call} for those that may make it, and {key} for a customer's. */}}
{{- define "emply.policy.pods" -}}
{{- $root := required "emply.policy.pods missing root" .root -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with .call }}
emply-pipeline/calls-{{ . }}: "true"
{{- end }}
{{- with .key }}
emply-pipeline/customer: {{ . }}
{{- end }}
{{- end -}}

{{/* A rule for strangers. Takes {root}. */}}
{{- define "emply.policy.strangers" -}}
{{- $root := required "emply.policy.strangers missing root" .root -}}
- ports:
    {{- range $root.Values.networkPolicy.strangerPorts }}
    - protocol: TCP
      port: {{ . }}
    {{- end }}
  to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: {{- toYaml $root.Values.networkPolicy.privateRanges | nindent 10 }}
{{- end -}}
