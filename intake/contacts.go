package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// contacts are people, as help desks export them. Columns are known by the name in the first line,
// in any order; others are left out.
var contacts = Format{
	Name:  "contacts",
	About: "people, as CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252) with the columns first_name and last_name (or name), email, phone_number (or phone), identifier",
	Read:  readContacts,
}

// readContacts begins anew behind a line that is broken: a quote that is never closed would
// take all the rest of the file along.
func readContacts(r io.Reader) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		rest, err := io.ReadAll(r)
		if err == nil {
			rest, err = decodeText(rest)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		var t csvTable
		if t.separator, t.line = separatorOf(rest); t.line > 0 {
			_, rest, _ = bytes.Cut(rest, []byte("\n"))
		}
		for len(rest) > 0 {
			read := t.line
			if !t.readRows(rest, yield) {
				return
			}
			for ; read < t.line; read++ {
				_, rest, _ = bytes.Cut(rest, []byte("\n"))
			}
		}
	}
}

// csvTable is a CSV file as far as it is read.
type csvTable struct {
	separator rune
	head      []string
	line      int // lines that are done with
}

// readRows goes on up to the end or behind the next broken line; false when nobody wants more.
func (t *csvTable) readRows(rest []byte, yield func(*Record, error) bool) bool {
	in, before := csv.NewReader(bytes.NewReader(rest)), t.line
	in.Comma = t.separator
	in.FieldsPerRecord = -1 // exports leave empty columns at the end out
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return false
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			t.line = before + broken.StartLine
			return yield(nil, &BadLine{t.line, broken.Err.Error()})
		}
		n, _ := in.FieldPos(0)
		if t.head == nil {
			if t.head, err = readHead(row); err != nil {
				yield(nil, fmt.Errorf("the first line: %w", err))
				return false
			}
		} else if !yield(t.recordOf(before+n, row)) {
			return false
		}
	}
}

func readHead(row []string) (head []string, err error) {
	err = errors.New("it names no column email, phone_number or identifier")
	for _, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		switch head = append(head, name); name {
		case "email", "phone", "phone_number", "identifier", "external_id":
			err = nil
		}
	}
	return head, err
}

func (t *csvTable) recordOf(line int, row []string) (*Record, error) {
	if len(row) > len(t.head) {
		return nil, &BadLine{line, fmt.Sprintf("%d columns, and the first line names %d", len(row), len(t.head))}
	}
	rec, first, last := &Record{Line: line}, "", ""
	for i, v := range row {
		v := strings.TrimSpace(v)
		switch t.head[i] {
		case "email":
			rec.Contact.Email = &v
		case "phone", "phone_number":
			rec.Contact.Phone = &v
		case "identifier", "external_id":
			rec.Contact.ExternalID = &v
		case "name", "first_name":
			first = v
		case "last_name":
			last = v
		}
	}
	name := strings.TrimSpace(first + " " + last)
	rec.Contact.Name = &name
	return rec, nil
}
