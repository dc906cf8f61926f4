package seed

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"deskwire/desk"
)

// valuesAt makes the property values of a ticket made then: nearly all are known of some tickets,
// few of all.
func (m *generator) valuesAt(at time.Time) []byte {
	values := desk.Values{}
	for _, d := range m.properties {
		if m.happens(0.8) {
			if v := m.propertyValue(d, at); v != nil {
				values[d.Key] = v
			}
		}
	}
	b, _ := json.Marshal(values) // strings, numbers and lists can always be written
	return b
}

func (m *generator) propertyValue(d *desk.PropertyDefinition, at time.Time) any {
	switch d.Type {
	case desk.TypeText:
		return fmt.Sprintf("PW-%d", 100_000+m.r.IntN(900_000))
	case desk.TypeNumber:
		if d.Key == "satisfaction" {
			return json.Number(strconv.Itoa(1 + m.r.IntN(5)))
		}
		return json.Number(fmt.Sprintf("%d.%d", m.r.IntN(5_000), 1+m.r.IntN(9)))
	case desk.TypeBoolean:
		return m.happens(0.4)
	case desk.TypeDate:
		return at.AddDate(0, 0, -m.r.IntN(700)).Format(time.DateOnly)
	case desk.TypeDateTime:
		return at.Add(time.Duration(1+m.r.IntN(96)) * time.Hour).Format(desk.TimeFormat)
	case desk.TypeAgent:
		return desk.Ref{Kind: desk.KindAgent, ID: pickAny(m, m.owners)}.String()
	}
	if len(d.Options) == 0 {
		return nil
	}
	if d.Type == desk.TypeOptions {
		return []any{pickSkewed(m, d.Options).Value}
	}
	return pickSkewed(m, d.Options).Value
}
