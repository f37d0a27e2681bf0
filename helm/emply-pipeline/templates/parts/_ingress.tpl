{{/* Spec of an Ingress that leads to a Service. Takes {root, service, port, host}. */}}
{{- define "emply.ingress" -}}
{{- $root := required "emply.ingress missing root" .root -}}
{{- $service := required "emply.ingress missing service" .service -}}
{{- $port := required "emply.ingress missing port" .port -}}
{{- $host := required "emply.ingress missing host" .host -}}
{{- with $root.Values.ingress.className }}
ingressClassName: {{ . }}
{{- end }}
{{- with $root.Values.ingress.tlsSecret }}
tls:
  - hosts:
      - {{ $host | quote }}
    secretName: {{ . }}
{{- end }}
rules:
  - host: {{ $host | quote }}
    http:
      paths:
        - path: /
          pathType: Prefix
          backend:
            service:
              name: {{ $service }}
              port:
                number: {{ $port }}
{{- end -}}
