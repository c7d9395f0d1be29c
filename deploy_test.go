package candor_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// object is a YAML mapping.
type object map[string]any

// in follows keys down into an object; nil if one of them is not there.
func (o object) in(keys ...string) any {
	var v any = map[string]any(o)
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// yamlDocuments are those of one file, read strictly.
func yamlDocuments(t *testing.T, path string) []object {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []object
	for d := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()); ; {
		var o object
		switch err := d.Decode(&o); {
		case errors.Is(err, io.EOF):
			return out
		case err != nil:
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, o)
	}
}

var settingName = regexp.MustCompile(`CANDOR_[A-Z_]+`)

// What deploy/ sets are settings that there are, by the table that TestExamples holds to the program.
func TestDeploymentsSetWhatThereIs(t *testing.T) {
	known := settingName.FindAllString(read(t, "docs/operations.md").text, -1)
	named := 0
	err := filepath.WalkDir("deploy", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, name := range settingName.FindAllString(read(t, filepath.ToSlash(path)).text, -1) {
			named++
			if !slices.Contains(known, name) {
				t.Errorf("%s names %s, which docs/operations.md does not know", path, name)
			}
		}
		return nil
	})
	if err != nil || named < 10 {
		t.Errorf("%d settings are named, %v", named, err)
	}
}

// Every name in the Compose file leads to something: services, networks, secrets, volumes, files.
func TestComposeFileHoldsTogether(t *testing.T) {
	o := yamlDocuments(t, "deploy/compose.yaml")[0]
	services, ok := o["services"].(map[string]any)
	if !ok || len(services) < 7 {
		t.Fatalf("services: %v", o["services"])
	}
	for name, v := range services {
		service := object(v.(map[string]any))
		for _, kind := range []string{"networks", "secrets"} {
			for _, used := range list(service[kind]) {
				if _, ok := o.in(kind).(map[string]any)[used]; !ok {
					t.Errorf("%s uses %s of %s, which is not defined", name, used, kind)
				}
			}
		}
		for _, used := range list(service["depends_on"]) {
			if services[used] == nil {
				t.Errorf("%s depends on %s, which is not there", name, used)
			}
		}
		for _, volume := range list(service["volumes"]) {
			from, _, _ := strings.Cut(volume, ":")
			switch file, local := strings.CutPrefix(from, "./"); {
			case local && filepath.Ext(file) != "":
				exists(t, page{path: "deploy/compose.yaml"}, "deploy/"+file)
			case !local:
				if _, ok := o.in("volumes").(map[string]any)[from]; !ok {
					t.Errorf("%s uses the volume %s, which is not defined", name, from)
				}
			}
		}
		if service["healthcheck"] == nil && strings.HasPrefix(name, "mongo") && name != "mongo-init" {
			t.Errorf("%s has no health check", name)
		}
	}
}

// list is the values of a YAML list, or the keys of a mapping.
func list(v any) (out []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
	case map[string]any:
		for key := range v {
			out = append(out, key)
		}
	}
	return out
}

// The manifests select the pods that there are, and confine them.
func TestManifestsHoldTogether(t *testing.T) {
	kinds := map[string]object{}
	for _, o := range yamlDocuments(t, "deploy/kubernetes/candor.yaml") {
		kind, _ := o["kind"].(string)
		if kind == "" || o["apiVersion"] == nil || o.in("metadata", "name") != "candor" {
			t.Errorf("%s %v is not a manifest of candor", kind, o.in("metadata", "name"))
		}
		kinds[kind] = o
	}
	const label = "app.kubernetes.io/name"
	for kind, path := range map[string][]string{
		"Deployment":          {"spec", "selector", "matchLabels", label},
		"Service":             {"spec", "selector", label},
		"PodDisruptionBudget": {"spec", "selector", "matchLabels", label},
		"NetworkPolicy":       {"spec", "podSelector", "matchLabels", label},
	} {
		if got := kinds[kind].in(path...); got != kinds["Deployment"].in("spec", "template", "metadata", "labels", label) {
			t.Errorf("the %s selects %v", kind, got)
		}
	}
	pod := object(kinds["Deployment"].in("spec", "template", "spec").(map[string]any))
	if !yes(pod.in("securityContext", "runAsNonRoot")) || !no(pod["automountServiceAccountToken"]) {
		t.Error("the pod may run as root, or is given a token of the cluster")
	}
	var volumes []string
	for _, v := range pod["volumes"].([]any) {
		volumes = append(volumes, v.(map[string]any)["name"].(string))
	}
	for _, group := range []string{"initContainers", "containers"} {
		for _, v := range pod[group].([]any) {
			c := object(v.(map[string]any))
			if !yes(c.in("securityContext", "readOnlyRootFilesystem")) || !no(c.in("securityContext", "allowPrivilegeEscalation")) {
				t.Errorf("%s: the container %v is not confined", group, c["name"])
			}
			for _, m := range c["volumeMounts"].([]any) {
				if name := m.(map[string]any)["name"].(string); !slices.Contains(volumes, name) {
					t.Errorf("%s mounts %s, which is no volume", c["name"], name)
				}
			}
		}
	}
	c := object(pod["containers"].([]any)[0].(map[string]any))
	for probe, path := range map[string]string{"readinessProbe": "/readyz", "startupProbe": "/readyz", "livenessProbe": "/healthz"} {
		if got := c.in(probe, "httpGet", "path"); got != path {
			t.Errorf("the %s asks %v", probe, got)
		}
	}
}

// yes and no are what a setting says; one that is not there says neither.
func yes(v any) bool { said, ok := v.(bool); return ok && said }

func no(v any) bool { said, ok := v.(bool); return ok && !said }
