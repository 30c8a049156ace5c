#!/bin/bash
# Everything from nothing: a kind cluster (or the minikube that runs), Argo Workflows, the images, the chart, the demo.
#   kind.sh VERSION STEP...      called by `make kind`; running it again goes on where it was
# Set CLUSTER=minikube to use minikube. Needs docker (or podman), kubectl, helm, curl, and kind or minikube.
# Set ARGO_SHA256 to the digest of Argo's install.yaml that you looked at: another one is not applied. (It is printed.)
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1; shift
namespace=tabtwin
argo_version=${ARGO_VERSION:-v3.7.15}
cluster=${CLUSTER:-$(command -v kind >/dev/null && echo kind || echo minikube)}
images=(); for step; do images+=("localhost/tabtwin-$step:$version"); done

sha256() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -d ' ' -f 1; }
say() { printf '\n== %s\n' "$*"; }
need() { command -v "$1" >/dev/null || { echo "make kind needs $1: $2" >&2; exit 2; }; }
need curl "https://curl.se"
need kubectl "https://kubernetes.io/docs/tasks/tools/"
need helm "https://helm.sh/docs/intro/install/"
need "$cluster" "https://kind.sigs.k8s.io or https://minikube.sigs.k8s.io"

say "1/6 the images, on the CPU"
make images

say "2/6 a cluster ($cluster)"
case $cluster in
kind)
    kind get clusters 2>/dev/null | grep -qx "$namespace" || kind create cluster --name "$namespace" --wait 180s
    context=kind-$namespace
    say "3/6 the images into it (some minutes: each node takes them once)"
    kind load docker-image --name "$namespace" "${images[@]}" ;;
minikube)
    minikube status >/dev/null 2>&1 || minikube start --cpus 4 --memory 8g
    context=minikube
    say "3/6 the images into it (some minutes)"
    for image in "${images[@]}"; do minikube image load "$image"; done ;;
*) echo "CLUSTER must be kind or minikube, found $cluster" >&2; exit 2 ;;
esac
k() { kubectl --context "$context" "$@"; }

say "4/6 Argo Workflows $argo_version"
if ! k get crd workflows.argoproj.io >/dev/null 2>&1; then
    k create namespace argo --dry-run=client -o yaml | k apply -f -
    manifest=$(mktemp)
    curl --fail --silent --show-error --location --proto =https --output "$manifest" \
        "https://github.com/argoproj/argo-workflows/releases/download/$argo_version/install.yaml"
    sum=$(sha256 "$manifest")
    if [ "$sum" != "${ARGO_SHA256:-$sum}" ]; then
        echo "expected Argo's install.yaml to have the digest $ARGO_SHA256, found $sum; nothing was applied" >&2
        exit 4
    fi
    echo "install.yaml $sum${ARGO_SHA256:+, as expected}"
    k apply --server-side -n argo -f "$manifest"
fi
k -n argo rollout status deployment/workflow-controller --timeout 300s

say "5/6 the chart, with a MinIO of its own"
helm upgrade --install tabtwin helm --kube-context "$context" -n "$namespace" --create-namespace \
    --set devStore.enabled=true --wait --timeout 600s

say "6/6 the demo: a real table of 7,043 customers"
make .venv/run
.venv/bin/python -m tabtwin.cli.demo modeldata.wa_churn demo/churn.csv
.venv/bin/tabtwin submit demo/churn.csv --out demo/cluster --context "$context" --namespace "$namespace" \
    --target churn

cat <<END

The twin is in demo/cluster/release, its report in demo/cluster/private/report.html.
Your own table:    .venv/bin/tabtwin submit theirs.csv --out twin --context $context --namespace $namespace --target COLUMN
or, once it is in the store:
                   argo submit -n $namespace --from workflowtemplate/tabtwin -p source=s3://... --wait --log
To be rid of it:   kind delete cluster --name $namespace   (or: minikube delete)
END
