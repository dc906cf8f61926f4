package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"deskwire/desk"
	"deskwire/graph"
)

// everyone selects every field that counts as the same for all of a class, down to a depth. What
// needs arguments gets those of a list.
func everyone(s *ast.Schema, d *ast.Definition, depth int, seen map[string]bool) string {
	var b strings.Builder
	b.WriteString("__typename ")
	for _, f := range d.Fields {
		of := s.Types[f.Type.Name()]
		if strings.HasPrefix(f.Name, "__") || !isImpersonal(d.Name, f.Name) {
			continue
		}
		args := ""
		if f.Arguments.ForName("first") != nil {
			args = "(first: 4)"
		}
		alias := fmt.Sprintf("%s_%s: %s%s ", strings.ToLower(d.Name), f.Name, f.Name, args) // members of a union may have fields of one name and two types
		switch {
		case of.Kind == ast.Scalar || of.Kind == ast.Enum:
			b.WriteString(alias)
		case depth == 0:
			continue
		case of.Kind == ast.Object:
			fmt.Fprintf(&b, "%s { %s} ", alias, everyone(s, of, depth-1, seen))
		default:
			fmt.Fprintf(&b, "%s { __typename ", alias)
			for _, p := range s.GetPossibleTypes(of) {
				fmt.Fprintf(&b, "... on %s { %s} ", p.Name, everyone(s, p, depth-1, seen))
			}
			b.WriteString("} ")
		}
		seen[d.Name+"."+f.Name] = true
	}
	return b.String()
}

// TestImpersonal_isTheSameForAClass: two agents of the same teams and role, of whom one has all
// that may be one's own, are shown the same in every field that is shared by their class.
func TestImpersonal_isTheSameForAClass(t *testing.T) {
	t.Parallel()
	o, quiet, busy := filled(t)
	ann, ben := o.agent("ann", desk.RoleAgent, o.inboxes[0]), o.agent("ben", desk.RoleAgent)
	team := str(o.do(ann, `{ viewer { teams { id } } }`, nil), "viewer", "teams", 0, "id")
	o.do(o.admin, `mutation($t: ID!, $who: [ID!]) { teamUpdate(input: {teamId: $t, memberIds: $who}) { errors { message } } }`,
		vars{"t": team, "who": []string{ann.Agent.Ref().String(), ben.Agent.Ref().String()}})
	o.do(o.admin, `mutation($i: ID!, $t: [ID!]) { inboxUpdate(input: {inboxId: $i, teamIds: $t}) { errors { message } } }`, vars{"i": o.inboxes[0], "t": []string{team}})
	for _, by := range []**desk.Actor{&ann, &ben} {
		now, err := o.store.ActorByEmail(t.Context(), "office", (*by).Agent.Email)
		if err != nil {
			t.Fatal(err)
		}
		*by = now
	}
	if visibilityOf(ann) != visibilityOf(ben) {
		t.Fatalf("they are of two classes, %q and %q", visibilityOf(ann), visibilityOf(ben))
	}
	o.do(o.admin, `mutation { propertyDefinitionCreate(input: {key: "mood", label: "Mood", type: OPTION, options: [{value: "good", label: "Good"}]}) { errors { message } } }`, nil)
	label := str(o.do(o.admin, `mutation { labelCreate(input: {name: "Urgent"}) { label { id } } }`, nil), "labelCreate", "label", "id")
	o.do(o.admin, `mutation($c: ID!, $l: ID!) { conversationLabelsSet(input: {conversationId: $c, labelIds: [$l]}) { errors { message } } }`, vars{"c": quiet, "l": label})
	own := o.do(ann, `mutation($c: ID!, $me: ID!) {
		conversationAssign(input: {conversationId: $c, ownerId: $me}) { conversation { ticket { id } } errors { message } }
		ticketDetailLayoutSet(input: {scope: MINE, propertyKeys: ["size"]}) { errors { message } }
		apiTokenCreate(input: {name: "Mine"}) { errors { message } }
		presenceSet(input: {conversationId: $c, state: VIEWING}) { errors { message } }
		messageSend(input: {conversationId: $c, text: "From me"}) { errors { message } }
		commentCreate(input: {conversationId: $c, text: "For us"}) { errors { message } } }`, vars{"c": quiet, "me": ann.Agent.Ref().String()})
	trashed := o.receive(0, "trash@x.test", "trash")
	o.do(ann, `mutation($c: ID!) { conversationTrash(input: {conversationId: $c}) { errors { message } } }`, vars{"c": trashed})
	ids := []string{quiet, busy, trashed, str(own, "conversationAssign", "conversation", "ticket", "id"), o.inboxes[0], o.channels[0], team, ann.Agent.Ref().String(), ben.Agent.Ref().String()}
	for _, v := range dig(o.do(ann, `{ inboxViews { id } pipelines { id } account { id } }`, nil), "inboxViews").([]any) {
		ids = append(ids, str(v, "id"))
	}
	more := o.do(ann, `query($c: ID!) { pipelines { id statuses { id } } propertyDefinitions { id } account { id } conversation(id: $c) { contact { id } messages(last: 5) { nodes { id } } timeline(last: 9) { nodes { ... on Event { id } } } } }`, vars{"c": quiet})
	found := map[string]bool{}
	idsIn(more, found)
	ids = append(ids, slices.Collect(maps.Keys(found))...)

	s, seen, shown := graph.Schema(), map[string]bool{}, map[string]bool{}
	for _, id := range ids {
		typ := str(o.do(ann, `query($id: ID!) { node(id: $id) { __typename } }`, vars{"id": id}), "node", "__typename")
		if typ == "" || strings.HasSuffix(id, "_mine") { // the one view that is of who asks: isPersonal knows it by its id
			continue
		}
		for _, f := range s.Types[typ].Fields { // one field at a time: all of them together would be too much for one document
			one := *s.Types[typ]
			one.Fields = ast.FieldList{f}
			query := fmt.Sprintf("query($id: ID!) { node(id: $id) { ... on %s { %s } } }", typ, everyone(s, &one, 2, seen))
			a, b := o.do(ann, query, vars{"id": id}), o.do(ben, query, vars{"id": id})
			textA, _ := json.Marshal(a)
			textB, _ := json.Marshal(b)
			if string(textA) != string(textB) {
				t.Errorf("%s.%s of %s is shown to one as\n%.600s\nand to the other as\n%.600s", typ, f.Name, id, textA, textB)
			}
			typesIn(a, shown)
		}
	}
	for typ := range impersonal {
		if d := s.Types[typ]; d == nil {
			t.Errorf("there is no type %s", typ)
		} else if d.Kind == ast.Object && !shown[typ] && !strings.HasSuffix(typ, "Payload") && typ != "Subscription" {
			t.Errorf("nothing of type %s was looked at", typ)
		}
		for _, w := range strings.Fields(impersonal[typ]) {
			if name := strings.TrimPrefix(w, "!"); w != "*" && s.Types[typ].Fields.ForName(name) == nil {
				t.Errorf("%s has no field %s", typ, name)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d fields lead on", len(seen))
	}
}

// typesIn notes the types in an answer.
func typesIn(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["__typename"].(string); ok {
			into[name] = true
		}
		for _, x := range v {
			typesIn(x, into)
		}
	case []any:
		for _, x := range v {
			typesIn(x, into)
		}
	}
}
