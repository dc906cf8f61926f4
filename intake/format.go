package intake

import (
	"fmt"
	"io"
	"iter"

	"deskwire/desk"
)

// Format is one kind of file. A new one is a type for its lines, a function that makes a record
// of one, and a row in Formats.
type Format struct {
	Name     string
	About    string // one line for people
	Pipeline string // where its tickets go; made when missing, with these statuses
	Statuses []desk.StatusInput

	// Read gives the file's records. With an error that is a *BadLine it goes on behind it; any
	// other error ends it.
	Read func(io.Reader) iter.Seq2[*Record, error]
}

// Formats lists what can be imported.
var Formats = []*Format{&tweets, &abcd, &jira, &contacts}

// FormatNames lists their names.
func FormatNames() (names []string) {
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return names
}

// FormatNamed finds a format; nil when there is none of that name.
func FormatNamed(name string) *Format {
	for _, f := range Formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// BadLine says why a line can't be taken in.
type BadLine struct {
	Line   int
	Reason string
}

func (e *BadLine) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }
