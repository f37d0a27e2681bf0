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

{{/* A rule for strangers, of both families of addresses. Takes {root}. */}}
{{- define "emply.policy.strangers" -}}
{{- $root := required "emply.policy.strangers missing root" .root -}}
{{- $of4 := list -}}
{{- $of6 := list -}}
{{- range $root.Values.networkPolicy.privateRanges -}}
{{- if contains ":" . }}{{ $of6 = append $of6 . }}{{ else }}{{ $of4 = append $of4 . }}{{ end -}}
{{- end -}}
- ports:
    {{- range $root.Values.networkPolicy.strangerPorts }}
    - protocol: TCP
      port: {{ . }}
    {{- end }}
  to:
    - ipBlock:
        cidr: 0.0.0.0/0
        {{- with $of4 }}
        except: {{- toYaml . | nindent 10 }}
        {{- end }}
    - ipBlock:
        cidr: "::/0"
        {{- with $of6 }}
        except: {{- toYaml . | nindent 10 }}
        {{- end }}
{{- end -}}
