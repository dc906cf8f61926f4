package read

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"deskwire/db/pg"
	"deskwire/desk"
)

// InboxViews are the saved views that the actor has: the account's, those of their teams, their
// own. Admins have those of all teams.
func (r *Reader) InboxViews(ctx context.Context) ([]*desk.InboxView, error) {
	return pg.Query[desk.InboxView](ctx, r, `SELECT * FROM inbox_views AS v WHERE v.account_id = ? AND v.deleted_at IS NULL AND ?
		ORDER BY array_position(ARRAY['ACCOUNT', 'TEAM', 'PERSONAL'], v.scope), v.team_id, v.position, v.id`, r.actor.Account.ID, seesView(r.actor, "v"))
}

// seesView is desk.InboxView.SeenBy in the words of the database.
func seesView(by *desk.Actor, table string) pg.Fragment {
	if by.Agent == nil {
		return pg.SQL(table + ".scope <> 'PERSONAL'")
	}
	teams := pg.Always
	if !by.MayAdmin() {
		teams = pg.SQL("EXISTS (SELECT FROM team_members AS m WHERE m.account_id = "+table+".account_id AND m.team_id = "+table+".team_id AND m.agent_id = ?)", by.Agent.ID)
	}
	return pg.SQL("CASE "+table+".scope WHEN 'PERSONAL' THEN "+table+".agent_id = ? WHEN 'TEAM' THEN ? ELSE TRUE END", by.Agent.ID, teams)
}

// ViewFilter is what a saved view shows, in which order. A filter and an order as JSON are written
// as GraphQL has them.
func ViewFilter(v *desk.InboxView) (*ConversationWhere, *ConversationOrder, error) {
	where, o := new(ConversationWhere), new(ConversationOrder)
	if err := json.Unmarshal([]byte(v.Filter), where); err != nil {
		return nil, nil, err
	}
	if v.Order == "" {
		return where, nil, nil
	}
	return where, o, json.Unmarshal([]byte(v.Order), o)
}

// EncodeJSON writes a filter or an order by the names that the schema has for its fields, without
// what is absent. Decoding needs no such help: encoding/json does not mind how names are written.
func EncodeJSON(v any) string {
	var b bytes.Buffer
	writeJSON(&b, reflect.ValueOf(v))
	return b.String()
}

func writeJSON(b *bytes.Buffer, v reflect.Value) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	_, plain := v.Interface().(json.Marshaler)
	_, text := v.Interface().(interface{ MarshalText() ([]byte, error) })
	switch {
	case plain || text || v.Kind() != reflect.Struct && v.Kind() != reflect.Slice:
		out, _ := json.Marshal(v.Interface()) // ids, times, texts, numbers and truths can always be written
		b.Write(out)
	case v.Kind() == reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, v.Index(i))
		}
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		first := true
		for i := range v.NumField() {
			f := v.Field(i)
			if (f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice) && f.IsNil() {
				continue
			}
			if !first {
				b.WriteByte(',')
			}
			first = false
			b.WriteString(`"` + schemaName(v.Type().Field(i).Name) + `":`)
			writeJSON(b, f)
		}
		b.WriteByte('}')
	}
}

// schemaName is ownerId for OwnerID.
func schemaName(field string) string {
	if field == "ID" {
		return "id"
	}
	return strings.ToLower(field[:1]) + strings.ReplaceAll(field[1:], "ID", "Id")
}

// CheckNamed refuses a filter that is to be kept when one of its ids is of nothing that the actor
// sees: it would never show anything.
func (r *Reader) CheckNamed(ctx context.Context, all []namedRecord) error {
	ids := map[desk.Kind][]desk.ID{}
	for _, n := range all {
		ids[n.kind] = append(ids[n.kind], n.ref.As(n.kind))
	}
	type row struct{ ID desk.ID }
	seen := map[desk.Ref]bool{}
	for kind, ids := range ids {
		from := filterable(r.actor)[kind]
		found, err := pg.Query[row](ctx, r, "SELECT f.id FROM "+from.table+" AS f WHERE f.account_id = ? AND f.id = ? AND ?", r.actor.Account.ID, pg.OneOf(ids), from.sees)
		if err != nil {
			return err
		}
		for _, f := range found {
			seen[desk.Ref{Kind: kind, ID: f.ID}] = true
		}
	}
	for _, n := range all {
		if !seen[n.ref] {
			return desk.NotFound(filterable(r.actor)[n.kind].noun, n.path...)
		}
	}
	return nil
}

type viewSight struct {
	table, noun string
	sees        pg.Fragment
}

// filterable are the records that a filter of conversations can name, and which of them the actor
// sees.
func filterable(by *desk.Actor) map[desk.Kind]viewSight {
	return map[desk.Kind]viewSight{
		desk.KindConversation: {"conversations", "conversation", seesInbox(by, "f.inbox_id")},
		desk.KindInbox:        {"inboxes", "inbox", seesInbox(by, "f.id")},
		desk.KindChannel:      {"channels", "channel", seesInbox(by, "f.inbox_id")},
		desk.KindTicket:       {"tickets", "ticket", seesTicket(by, "f.id")},
		desk.KindContact:      {"contacts", "contact", pg.Always},
		desk.KindAgent:        {"agents", "agent", pg.Always},
		desk.KindTeam:         {"teams", "team", pg.Always},
		desk.KindLabel:        {"labels", "label", pg.Always},
		desk.KindPipeline:     {"pipelines", "pipeline", pg.Always},
		desk.KindStatus:       {"ticket_statuses", "status", pg.Always},
	}
}
