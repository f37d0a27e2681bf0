{{/* Spec of an Ingress that leads to a Service. Takes {root, service, port, host}, and maybe {paths}, below which it leads there;
     all of them without, and besides `/` itself, which leads to a page. */}}
{{- define "emply.ingress" -}}
{{- $root := required "emply.ingress missing root" .root -}}
{{- $service := required "emply.ingress missing service" .service -}}
{{- $port := required "emply.ingress missing port" .port -}}
{{- $host := required "emply.ingress missing host" .host -}}
{{- $paths := dict "/" (ternary "Exact" "Prefix" (not (empty .paths))) -}}
{{- range .paths }}{{ $_ := set $paths . "Prefix" }}{{ end -}}
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
        {{- range $path, $type := $paths }}
        - path: {{ $path }}
          pathType: {{ $type }}
          backend:
            service:
              name: {{ $service }}
              port:
                number: {{ $port }}
        {{- end }}
{{- end -}}
