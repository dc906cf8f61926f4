package main

import (
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2/ast"
)

const models = "deskwire/graph/model."

// conventions is a plugin of gqlgen that completes the wiring by what the names of the schema say.
// It has to come before gqlgen's own plugins, which write a struct for each type that is bound to
// nothing.
type conventions struct{}

// Name is the plugin's name.
func (conventions) Name() string { return "conventions" }

// MutateConfig adds what gqlgen.yml does not say; what it does say stays.
func (conventions) MutateConfig(cfg *config.Config) error {
	for _, object := range cfg.Schema.Types {
		if object.Kind != ast.Object || cfg.IsRoot(object) || strings.HasPrefix(object.Name, "__") {
			continue
		}
		entry := cfg.Models[object.Name]
		if len(entry.Model) == 0 && strings.HasSuffix(object.Name, "Payload") {
			entry.Model = config.StringList{models + payloadModel(object)}
		}
		for _, field := range object.Fields {
			wiring, changed := completeField(object, field, entry.Fields[field.Name])
			if !changed {
				continue
			}
			if entry.Fields == nil {
				entry.Fields = map[string]config.TypeMapField{}
			}
			entry.Fields[field.Name] = wiring
		}
		cfg.Models[object.Name] = entry
	}
	return nil
}

// payloadModel names the Go type of a payload. All mutations share one struct, of which each shows
// its part; each subscription has a struct of its own, as what it shows is read when the payload is
// made.
func payloadModel(payload *ast.Definition) string {
	if slices.Contains(payload.Interfaces, "LivePayload") {
		return strings.TrimSuffix(payload.Name, "Payload")
	}
	return "Payload"
}

// completeField completes the wiring of one field, and says whether there was anything to add.
func completeField(
	object *ast.Definition, field *ast.FieldDefinition, wiring config.TypeMapField,
) (config.TypeMapField, bool) {
	switch {
	case wiring.FieldName != "" || wiring.Resolver:
		return wiring, false
	case field.Name == "id" && slices.Contains(object.Interfaces, "Node"):
		wiring.FieldName = "Ref"
	case len(field.Arguments) > 0: // a Go field of the same name would leave them out in silence
		wiring.Resolver = true
	default:
		return wiring, false
	}
	return wiring, true
}
