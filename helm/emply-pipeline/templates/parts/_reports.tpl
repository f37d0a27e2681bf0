{{/* Settings of reports. Takes {root, key, customer}. */}}
{{- define "emply.env.reports" -}}
{{- $_ := required "emply.env.reports missing root" .root -}}
{{- $_ := required "emply.env.reports missing key" .key -}}
{{- $customer := required "emply.env.reports missing customer" .customer -}}
{{ include "emply.env" . }}
{{ include "emply.env.store" (merge (dict "program" "reports") .) }}
- name: REPORTS_DIR
  value: /var/lib/emply/reports
- name: REPORT_LANGUAGE
  value: {{ $customer.report.language | quote }}
- name: REPORTS_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "emply.secret" . }}
      key: REPORTS_TOKEN
{{- end -}}
