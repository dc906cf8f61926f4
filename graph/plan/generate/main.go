// Generate runs gqlgen with two plugins of ours.
//
// The first one, conventions, completes gqlgen.yml by what the names of the schema say already: the
// payload of a mutation is model.Payload, that of a subscription the model named without "Payload",
// the id of a Node is its Ref, and a field with arguments has a resolver. Together with autobind,
// and with gqlgen's own habit of making a resolver where the Go type has nothing of a field's name,
// they leave only the exceptions to gqlgen.yml, and a new mutation needs no line there.
//
// The second one, fields, writes down how package plan reads each field: by the same Go fields,
// methods and resolvers as gqlgen's own code.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"log" //nolint:depguard // gqlgen writes to the standard logger, which is made quieter here
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
)

func main() {
	log.SetOutput(quiet{os.Stderr})
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err == nil {
		err = api.Generate(cfg, api.PrependPlugin(conventions{}), api.AddPlugin(fields{}))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// quiet leaves out what gqlgen logs for each resolver that it makes because the Go type has nothing
// of the field's name: there are a hundred of them, and they are meant. It still logs where a Go
// field of that name does not fit.
type quiet struct{ io.Writer }

// Write writes one message of the log.
func (q quiet) Write(message []byte) (int, error) {
	if bytes.HasSuffix(message, []byte(", nothing matched\n")) {
		return len(message), nil
	}
	return q.Writer.Write(message)
}

//go:embed fields.gotpl
var template string

// fields is a plugin of gqlgen that writes graph/generated/fields.go.
type fields struct{}

// Name is the plugin's name.
func (fields) Name() string { return "fields" }

// GenerateCode writes the file.
func (fields) GenerateCode(data *codegen.Data) error {
	read := reachable(data)
	var objects codegen.Objects
	for _, o := range data.Objects {
		if read[o.Name] {
			objects = append(objects, o)
		}
	}
	var interfaces []*codegen.Interface
	for _, name := range slices.Sorted(maps.Keys(data.Interfaces)) {
		if read[name] {
			interfaces = append(interfaces, data.Interfaces[name])
		}
	}
	return templates.Render(templates.Options{
		PackageName: data.Config.Exec.Package, Filename: data.Config.Exec.DirName + "/fields.go", GeneratedHeader: true, Packages: data.Config.Packages,
		Template: template, Data: map[string]any{"Objects": objects, "Interfaces": interfaces},
		Funcs:        map[string]any{"field": fieldOf},
		PruneOptions: data.Config.GetPruneOptions(),
	})
}

// reachable are the types that reads can come to.
func reachable(data *codegen.Data) map[string]bool {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		def := data.Schema.Types[name]
		if seen[name] || !def.IsCompositeType() || strings.HasPrefix(name, "__") {
			return
		}
		seen[name] = true
		for _, f := range def.Fields {
			visit(f.Type.Name())
		}
		for _, possible := range data.Schema.GetPossibleTypes(def) {
			visit(possible.Name)
		}
	}
	visit("Query")
	visit("Subscription")
	return seen
}
