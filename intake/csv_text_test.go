package intake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Files of spreadsheets: whatever separates the columns, whatever the charset is, the same people.
func TestContactsOfSpreadsheets(t *testing.T) {
	t.Parallel()
	encoded := func(s string, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const plain = "name,email\nJosé Müller,jose@x.test\n\"Ödön, \"\"Ö\"\"\",odon@x.test\n"
	semicolons := strings.NewReplacer("name,email", "name;email", "Müller,jose", "Müller;jose", ",odon", ";odon").Replace(plain)
	for how, file := range map[string]string{
		"plain": plain, "with a mark": "\uFEFF" + plain, "Windows line ends": strings.ReplaceAll(plain, "\n", "\r\n"), "old Mac line ends": strings.ReplaceAll(plain, "\n", "\r"),
		"semicolons": semicolons, "said semicolons": "sep=;\r\n" + semicolons, "said commas": "\uFEFFsep=,\n" + plain,
		"tabs": strings.ReplaceAll(semicolons, ";", "\t"), "bars": strings.ReplaceAll(semicolons, ";", "|"), "quoted heads": strings.Replace(plain, "name,email", `"name","email"`, 1),
		"Windows-1252":       encoded(charmap.Windows1252.NewEncoder().String(semicolons)),
		"UTF-16 LE, mark":    encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(semicolons, ";", "\t"))),
		"UTF-16 BE, mark":    encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(plain)),
		"UTF-16 LE, no mark": encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(plain)),
		"UTF-16 BE, no mark": encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(semicolons)),
	} {
		if got, want := readAll(file), "José Müller <jose@x.test> | Ödön, \"Ö\" <odon@x.test>"; got != want {
			t.Errorf("%s: %s, want %s", how, got, want)
		}
	}
}

// A few bytes that were broken on their way change nothing of the others, and in a file of another
// code nothing is one of UTF-8 by chance.
func TestContactsOfBrokenLetters(t *testing.T) {
	t.Parallel()
	row := func(name string) string { return name + ",a@x.test\n" }
	for how, c := range map[string]struct{ file, want string }{
		"one broken byte":            {strings.Repeat(row("José"), 20) + row("Jos\xe9"), "José|Jos\ufffd"},
		"a letter that is cut":       {strings.Repeat(row("Ödön"), 10) + row("爸\xe7\x88"), "Ödön|爸\ufffd"},
		"Windows-1252":               {row("Jos\xe9") + row("M\xfcller"), "José|Müller"},
		"Windows-1252, UTF-8 quoted": {strings.Repeat(row("Jos\xe9"), 3) + row("Jos\xc3\xa9"), "José|JosÃ©"},
		"one letter of Windows-1252": {strings.Repeat(row("Ada"), 50) + row("Jos\xe9"), "Ada|José"},
		"UTF-8":                      {row("José") + row("爸爸"), "José|爸爸"},
	} {
		var names []string
		for rec, err := range readContacts(strings.NewReader("name,email\n" + c.file)) {
			if err != nil {
				t.Fatalf("%s: %v", how, err)
			}
			if !slices.Contains(names, *rec.Contact.Name) {
				names = append(names, *rec.Contact.Name)
			}
		}
		if got := strings.Join(names, "|"); got != c.want {
			t.Errorf("%s: %q, want %q", how, got, c.want)
		}
	}
}

func readAll(file string) string {
	var all []string
	for rec, err := range readContacts(strings.NewReader(file)) {
		var bad *BadLine
		switch {
		case errors.As(err, &bad):
			all = append(all, fmt.Sprintf("line %d", bad.Line))
		case err != nil:
			all = append(all, err.Error())
		default:
			all = append(all, *rec.Contact.Name+" <"+*rec.Contact.Email+">")
		}
	}
	return strings.Join(all, " | ")
}

// A row that is broken is told with its line, and the others come in.
func TestContactsOfBrokenRows(t *testing.T) {
	t.Parallel()
	for how, c := range map[string]struct{ file, want string }{
		"two lines in quotes": {"name;email\n\"Ada\nLovelace\";ada@x.test\nBen;ben@x.test\n", "Ada\nLovelace <ada@x.test> | Ben <ben@x.test>"},
		"too many columns":    {"sep=;\nname;email\nAda;ada@x.test;x\nBen;ben@x.test\n", "line 3 | Ben <ben@x.test>"},
		"a quote inside":      {"name\temail\nA\"da\tada@x.test\nBen\tben@x.test\n", "line 2 | Ben <ben@x.test>"},
		"a quote left open":   {"name;email\n\"Ada;ada@x.test\nBen;ben@x.test\n", "line 2 | Ben <ben@x.test>"},
		"no known column":     {"a;b\n1;2\n", "the first line: it names no column email, phone_number or identifier"},
		"nothing":             {"", ""},
		"a mark alone":        {"\xff\xfe", ""},
		"half a sign":         {"\xff\xfen\x00a", "the first line: it names no column email, phone_number or identifier"},
	} {
		if got := readAll(c.file); got != c.want {
			t.Errorf("%s: %q, want %q", how, got, c.want)
		}
	}
}
