package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/codegen/config"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

func TestConventions(t *testing.T) {
	cfg := &config.Config{
		Schema: gqlparser.MustLoadSchema(&ast.Source{Input: `
			type Query { shoes(size: Int): [Shoe!]! }
			interface Node { id: ID! }
			interface LivePayload { cursor: String! }
			type Shoe implements Node { id: ID!, size: Int!, laces(color: String): [String!]!, soles(worn: Boolean): Int! }
			type ShoeWhere { id: ID! }
			type ShoeTiePayload { shoe: Shoe }
			type ShoeMendPayload { shoe: Shoe, price: Int! }
			type ShoeLivePayload implements LivePayload { cursor: String! }
		`}),
		Models: config.TypeMap{
			"Shoe":            {Model: config.StringList{"desk.Shoe"}, Fields: map[string]config.TypeMapField{"soles": {FieldName: "CountSoles"}}},
			"ShoeMendPayload": {Model: config.StringList{"model.Mended"}},
		},
	}
	if err := (conventions{}).MutateConfig(cfg); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]config.TypeMapEntry{
		"Shoe": {Model: config.StringList{"desk.Shoe"}, Fields: map[string]config.TypeMapField{
			"id": {FieldName: "Ref"}, "laces": {Resolver: true}, "soles": {FieldName: "CountSoles"},
		}},
		"ShoeWhere":       {},
		"ShoeTiePayload":  {Model: config.StringList{"deskwire/graph/model.Payload"}},
		"ShoeMendPayload": {Model: config.StringList{"model.Mended"}},
		"ShoeLivePayload": {Model: config.StringList{"deskwire/graph/model.ShoeLive"}},
		"Query":           {},
	} {
		if got := cfg.Models[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is wired as %+v, not as %+v", name, got, want)
		}
	}
}

// Lines that say what is usual would hide those that say what is not.
func TestWiringNamesExceptionsOnly(t *testing.T) {
	t.Chdir("../../..")
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.LoadSchema(); err != nil {
		t.Fatal(err)
	}
	written := cfg.Models
	cfg.Models = config.TypeMap{}
	if err := (conventions{}).MutateConfig(cfg); err != nil {
		t.Fatal(err)
	}
	for name, entry := range written {
		def := cfg.Schema.Types[name]
		if def == nil {
			t.Errorf("gqlgen.yml names %s, which is not in the schema", name)
			continue
		}
		for _, model := range entry.Model {
			pkg, same := strings.CutSuffix(model, "."+name)
			if same && def.Kind != ast.Scalar && slices.Contains(cfg.AutoBind, pkg) {
				t.Errorf("gqlgen.yml binds %s to %s, as autobind does", name, model)
			}
		}
		usual := cfg.Models[name]
		if len(entry.Model) > 0 && reflect.DeepEqual(entry.Model, usual.Model) {
			t.Errorf("gqlgen.yml binds %s to %s, as the conventions do", name, entry.Model)
		}
		for field, wiring := range entry.Fields {
			if def.Fields.ForName(field) == nil {
				t.Errorf("gqlgen.yml names %s.%s, which is not in the schema", name, field)
			}
			said, ok := usual.Fields[field]
			if ok && wiring.FieldName == said.FieldName && wiring.Resolver == said.Resolver {
				t.Errorf("gqlgen.yml wires %s.%s as the conventions do", name, field)
			}
			if strings.EqualFold(wiring.FieldName, field) {
				t.Errorf("gqlgen.yml wires %s.%s to the Go name that gqlgen looks for", name, field)
			}
		}
	}
}
