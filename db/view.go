package db

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"deskwire/desk"
)

// InboxViews are the saved views that the actor has: the account's, those of their teams, their own. Admins have those of all teams.
func (s *Store) InboxViews(ctx context.Context, by *desk.Actor) ([]*desk.InboxView, error) {
	return rows[desk.InboxView](ctx, s, `SELECT * FROM inbox_views AS v WHERE v.account_id = ? AND v.deleted_at IS NULL AND ?
		ORDER BY array_position(ARRAY['ACCOUNT', 'TEAM', 'PERSONAL'], v.scope), v.team_id, v.position, v.id`, by.Account.ID, seesView(by, "v"))
}

// seesView is desk.InboxView.SeenBy in the words of the database.
func seesView(by *desk.Actor, table string) sqlText {
	if by.Agent == nil {
		return sq(table + ".scope <> 'PERSONAL'")
	}
	teams := always
	if !by.MayAdmin() {
		teams = sq("EXISTS (SELECT FROM team_members AS m WHERE m.account_id = "+table+".account_id AND m.team_id = "+table+".team_id AND m.agent_id = ?)", by.Agent.ID)
	}
	return sq("CASE "+table+".scope WHEN 'PERSONAL' THEN "+table+".agent_id = ? WHEN 'TEAM' THEN ? ELSE TRUE END", by.Agent.ID, teams)
}

// ViewFilter is what a saved view shows, in which order. A filter and an order as JSON are written as GraphQL has them.
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

// asJSON writes a filter or an order by the names that the schema has for its fields, without what is absent. Decoding needs no
// such help: encoding/json does not mind how names are written.
func asJSON(v any) string {
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
