package pg

import (
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"
)

// Fragment is a piece of SQL: words of this program, and values for its question marks. Fragments
// are values too, so they nest.
type Fragment = schema.QueryWithArgs

// SQL makes a fragment. Input comes in as values only, never in the words.
func SQL(words string, values ...any) Fragment { return bun.SafeQuery(words, values...) }

// Conditions that hold for every row, and for none.
var (
	Always = SQL("TRUE")
	Never  = SQL("FALSE")
)

// AllOf holds when all do, also when there are none.
func AllOf(parts ...Fragment) Fragment { return Joined(parts, " AND ", Always) }

// AnyOf holds when one does.
func AnyOf(parts ...Fragment) Fragment { return Joined(parts, " OR ", Never) }

// Joined stands in brackets: an OR that is put beside an AND without them opens the wall.
func Joined(parts []Fragment, by string, none Fragment) Fragment {
	if len(parts) == 0 {
		return none
	}
	values := make([]any, len(parts))
	for i, p := range parts {
		values[i] = p
	}
	return SQL("("+strings.TrimSuffix(strings.Repeat("(?)"+by, len(parts)), by)+")", values...)
}
