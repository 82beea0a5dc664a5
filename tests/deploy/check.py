"""What of the chart needs Helm, and what needs the schemas of Kubernetes. Used by tests/scripts/deploy, which tells how."""

import json
import pathlib
import re
import sys

import helm_python as helm
import kubernetes_validate.utils as kubernetes_validate
import yaml

NOTE = 1  # What Helm says for information, such as that a chart has no icon.
OLDEST = "1.27.0"  # As Chart.yaml says.
OURS = ("monitoring.coreos.com/", "keda.sh/")  # Kinds of operators, of which Kubernetes has no schema.


def values_of(path):
    return (yaml.safe_load(pathlib.Path(path).read_text()) or {}) if path else {}


def rendered(chart, values):
    """The objects of a release, in order. Values that can not be are told by HelmError."""
    loaded = helm.Chart.load(chart)
    loaded.validate_schema(values)
    templates = loaded.render(values, name="duly", namespace="support")
    texts = [text for name, text in sorted(templates.items()) if name.endswith(".yaml")]
    return [thing for text in texts for thing in yaml.safe_load_all(text) if thing]


def render(chart, path=None):
    values = values_of(path)
    told = helm.lint(chart, values, strict=True, namespace="support")
    found = [f"{said['path']}: {said['error']}" for said in told["messages"] if said["severity"] > NOTE]
    if found or told["errors"]:
        sys.exit("\n".join(found + told["errors"]))
    objects = rendered(chart, values)
    check(objects)
    json.dump(objects, sys.stdout)


def check(objects):
    """Holds objects to the schemas of the oldest Kubernetes that the chart is for, and of the newest, strictly."""
    versions = [OLDEST, kubernetes_validate.latest_version()]
    for thing in objects:
        where = f"{thing['kind']} {thing['metadata']['name']}"
        if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", thing["metadata"]["name"]):
            sys.exit(f"{where}: that is no name")
        if thing["apiVersion"].startswith(OURS):
            continue
        for version in versions:
            try:
                kubernetes_validate.validate(thing, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                at = ".".join(str(part) for part in error.path)
                sys.exit(f"{where}, Kubernetes {version}: {at}: {error.message}")


def refused(chart, *settings):
    """For each `NAME=JSON …`, what the chart says: a line."""
    for setting in settings:
        values = yaml.safe_load(setting)
        try:
            rendered(chart, values)
            print("taken")
        except helm.HelmError as error:
            print(" ".join(str(error).split()))


def as_json(path):
    json.dump(list(yaml.safe_load_all(pathlib.Path(path).read_text())), sys.stdout)


COMMANDS = {"render": render, "refused": refused, "json": as_json}
COMMANDS[sys.argv[1]](*sys.argv[2:])
