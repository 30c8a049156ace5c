{{/* Names are fixed, since argo/ is installed as it is: the pipeline names its ConfigMaps and Secrets. */}}

{{- define "tabtwin.labels" -}}
app.kubernetes.io/name: tabtwin
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "tabtwin.bucket" -}}
{{- if .Values.store.bucket }}{{ .Values.store.bucket }}
{{- else if .Values.devStore.enabled }}tabtwin
{{- else }}{{ fail "store.bucket: name the bucket that tabtwin works in, or set devStore.enabled=true" }}
{{- end }}
{{- end }}

{{- define "tabtwin.url" -}}
s3://{{ include "tabtwin.bucket" . }}{{ with .Values.store.prefix }}/{{ . }}{{ end }}
{{- end }}

{{/* With the namespace in it: Argo's UI, which stands in another one, reads the report's artifact there. */}}
{{- define "tabtwin.devHost" -}}
tabtwin-store.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "tabtwin.endpoint" -}}
{{- if not .Values.devStore.enabled }}{{ .Values.store.endpoint }}
{{- else if .Values.store.endpoint }}{{ fail "store.endpoint and devStore.enabled=true: set one of the two" }}
{{- else }}http://{{ include "tabtwin.devHost" . }}:9000
{{- end }}
{{- end }}

{{/* The port of a URL; empty where there is none. */}}
{{- define "tabtwin.port" -}}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- if $port }}{{ $port }}{{ else if eq $url.scheme "http" }}80{{ else if $url.scheme }}443{{ end }}
{{- end }}

{{/* Whether the store is opened with static keys; otherwise with an identity. */}}
{{- define "tabtwin.hasKeys" -}}
{{- if or .Values.store.existingSecret .Values.store.accessKey .Values.devStore.enabled }}true{{ end }}
{{- end }}

{{- define "tabtwin.hasBundle" -}}
{{- if or .Values.ca.bundle .Values.ca.existingConfigMap }}true{{ end }}
{{- end }}

{{- define "tabtwin.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "tabtwin.locked" -}}
runAsNonRoot: true
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
{{- end }}

{{/* One release in a namespace: a second one would share, and overwrite, what has a fixed name. */}}
{{- define "tabtwin.alone" -}}
{{- range list (list "ConfigMap" "tabtwin") (list "PersistentVolumeClaim" "tabtwin-store") (list "Secret" "tabtwin-signing") }}
{{- $kind := first . }}
{{- $found := lookup "v1" $kind $.Release.Namespace (last .) }}
{{- if $found }}
{{- $owner := dig "annotations" "meta.helm.sh/release-name" "" $found.metadata }}
{{- if and $owner (ne $owner $.Release.Name) }}
{{- if eq $kind "ConfigMap" }}
{{- fail (printf "namespace %s has a release of tabtwin already, %q, and takes one: install this one in another namespace" $.Release.Namespace $owner) }}
{{- else }}
{{- fail (printf "namespace %s holds %s %s of an earlier release %q: install under that name, or in another namespace" $.Release.Namespace $kind (last .) $owner) }}
{{- end }}
{{- else if and (not $owner) (eq $kind "Secret") (not $.Values.signing.existingSecret) }}
{{- fail (printf "namespace %s has a Secret tabtwin-signing that is not Helm's: set signing.existingSecret=true to use it" $.Release.Namespace) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What no schema says clearly: values that do not go together. */}}
{{- define "tabtwin.consistent" -}}
{{- range $role := list "store" "source" "release" }}
{{- $given := get $.Values $role }}
{{- if ne (empty $given.accessKey) (empty $given.secretKey) }}
{{- fail (printf "%s.accessKey and %s.secretKey: set both, or none" $role $role) }}
{{- end }}
{{- end }}
{{- if and .Values.store.existingSecret .Values.store.accessKey }}
{{- fail "store.existingSecret=true and store.accessKey: set one of the two" }}
{{- end }}
{{- if and .Values.ca.existingConfigMap .Values.ca.bundle }}
{{- fail "ca.existingConfigMap=true and ca.bundle: set one of the two" }}
{{- end }}
{{- if and .Values.devStore.emptyDir .Values.devStore.hostPath }}
{{- fail "devStore.emptyDir=true and devStore.hostPath: set one of the two" }}
{{- end }}
{{- end }}

{{/* A rule for the API server, which Argo's executor tells how a step ended: as values name it, or where it is now. */}}
{{- define "tabtwin.apiServer" -}}
{{- with .Values.networkPolicy }}
{{- $peers := .apiServer }}
{{- $ports := list }}
{{- range .apiServerPorts }}
{{- $ports = append $ports (int . | toString) }}
{{- end }}
{{- if not (or $peers .anywhere) }}
{{- $found := lookup "discovery.k8s.io/v1" "EndpointSlice" "default" "kubernetes" }}
{{- $service := lookup "v1" "Service" "default" "kubernetes" }}
{{- range dig "endpoints" list $found }}
{{- range .addresses }}
{{- $peers = append $peers (dict "ipBlock" (dict "cidr" (include "tabtwin.single" .))) }}
{{- end }}
{{- end }}
{{- range dig "ports" list $found }}
{{- $ports = append $ports (int .port | toString) }}
{{- end }}
{{- /* Some networks look at a packet before its Service's address is replaced, most after. */}}
{{- with dig "spec" "clusterIP" "" $service }}
{{- $peers = append $peers (dict "ipBlock" (dict "cidr" (include "tabtwin.single" .))) }}
{{- end }}
{{- if not $peers }}
{{- fail "networkPolicy.apiServer: rendered away from the cluster, so say where its API server is, such as {ipBlock: {cidr: 10.0.0.1/32}}, or set networkPolicy.anywhere=true" }}
{{- end }}
{{- end -}}
- ports:
    {{- range $ports | uniq }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- if $peers }}
  to: {{- toYaml $peers | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* One address, as a block. */}}
{{- define "tabtwin.single" -}}
{{ . }}/{{ contains ":" . | ternary "128" "32" }}
{{- end }}

{{/* The ports of what lies outside the namespace: the store unless it is devStore, the other buckets, the proxies. */}}
{{- define "tabtwin.outsidePorts" -}}
{{- $ports := list }}
{{- range include "tabtwin.outsideUrls" . | splitList " " | compact }}
{{- $ports = append $ports (include "tabtwin.port" .) }}
{{- end }}
{{- range .Values.networkPolicy.ports }}
{{- $ports = append $ports (int . | toString) }}
{{- end }}
{{- $ports | uniq | sortAlpha | join " " }}
{{- end }}

{{- define "tabtwin.outsideUrls" -}}
{{- $store := .Values.devStore.enabled | ternary "" (.Values.store.endpoint | default "https://s3.amazonaws.com") }}
{{- list $store .Values.source.endpoint .Values.release.endpoint .Values.proxy.http .Values.proxy.https | compact | uniq | join " " }}
{{- end }}

{{/* Where that lies: what values say, and the addresses and Services that the URLs themselves name. A policy knows no
     other names, so a store that a name leads to must be said. */}}
{{- define "tabtwin.outside" -}}
{{- $peers := .Values.networkPolicy.to }}
{{- $unknown := list }}
{{- range include "tabtwin.outsideUrls" . | splitList " " | compact }}
{{- $host := (urlParse .).hostname }}
{{- if regexMatch "^[0-9]+(\\.[0-9]+){3}$" $host }}
{{- $peers = append $peers (dict "ipBlock" (dict "cidr" (include "tabtwin.single" $host))) }}
{{- else if regexMatch "^[a-z0-9-]+\\.[a-z0-9-]+\\.svc(\\..+)?$" $host }}
{{- $peers = append $peers (dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" (index (splitList "." $host) 1)))) }}
{{- else }}
{{- $unknown = append $unknown $host }}
{{- end }}
{{- end }}
{{- if and $unknown (not .Values.networkPolicy.to) }}
{{- fail (printf "networkPolicy.to: say which addresses %s has, such as {ipBlock: {cidr: 203.0.113.0/24}}, or set networkPolicy.anywhere=true to let steps reach any host on the store's ports" (first $unknown)) }}
{{- end }}
{{- toYaml ($peers | uniq) }}
{{- end }}
