{{- define "duly.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "duly.selector" -}}
app.kubernetes.io/name: duly
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "duly.labels" -}}
{{ include "duly.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "duly.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ $tag }}{{ end }}
{{- end }}

{{- define "duly.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "duly.name" .) }}
{{- end }}

{{/* Whatever is said of Kafka makes it Kafka. */}}
{{- define "duly.isOnKafka" -}}
{{- if .Values.config.kafka }}yes{{ end }}
{{- end }}

{{/* The ports of the brokers, as a list of JSON. */}}
{{- define "duly.kafkaPorts" -}}
{{- $ports := .Values.networkPolicy.kafkaPorts -}}
{{- if and (not $ports) .Values.config.kafka -}}
  {{- $bootstrap := .Values.config.kafka.bootstrap -}}
  {{- if kindIs "slice" $bootstrap }}{{ $bootstrap = join "," $bootstrap }}{{ end -}}
  {{- range splitList "," $bootstrap }}{{ $ports = append $ports (regexFind "[0-9]+$" (trim .) | int) }}{{ end -}}
{{- end -}}
{{ uniq $ports | toJson }}
{{- end }}

{{/* The settings: what is told, with what is the chart's. */}}
{{- define "duly.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- range $key := list "listen" "token_file" "store" -}}
  {{- if hasKey $config $key }}{{ fail (printf "config.%s is told by the chart: leave it out" $key) }}{{ end -}}
{{- end -}}
{{- $_ := set $config "listen" "0.0.0.0:8321" -}}
{{- $_ := set $config "token_file" (printf "/etc/duly/token/%s" .Values.token.key) -}}
{{- if not (hasKey $config "policies") -}}
  {{- $policies := list -}}
  {{- range $name, $text := .Values.policies }}{{ $policies = append $policies (printf "/etc/duly/policies/%s" $name) }}{{ end -}}
  {{- $_ := set $config "policies" ($policies | default (list "/usr/share/duly/policies/response-time-commitment.yaml")) -}}
{{- end -}}
{{- if $config.kafka -}}
  {{- range $key := list "instance" "advertise" -}}
    {{- if hasKey $config.kafka $key }}{{ fail (printf "config.kafka.%s is each pod's own: leave it out" $key) }}{{ end -}}
  {{- end -}}
  {{- if not (hasKey $config.kafka "snapshots") }}{{ $_ := set $config.kafka "snapshots" "/var/lib/duly/snapshots" }}{{ end -}}
{{- else -}}
  {{- if gt (int .Values.replicas) 1 }}{{ fail "the embedded store has one instance: set replicas to 1, or name a cluster in config.kafka.bootstrap" }}{{ end -}}
  {{- if not .Values.persistence.enabled }}{{ fail "the embedded store would be lost with its pod: set persistence.enabled, or name a cluster in config.kafka.bootstrap" }}{{ end -}}
  {{- $_ := set $config "store" "/var/lib/duly/duly.sqlite" -}}
{{- end -}}
{{ toYaml $config }}
{{- end }}
