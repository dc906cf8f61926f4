package intake

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decodeText gives a file as UTF-8 with line feeds, whatever program wrote it: UTF-8 and UTF-16
// with a mark at the beginning or without, else Windows-1252, which has Latin-1 in it.
func decodeText(file []byte) ([]byte, error) {
	text, err := charsetOf(file).NewDecoder().Bytes(file)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	return text, nil
}

func charsetOf(file []byte) encoding.Encoding {
	switch little, big := bytes.HasPrefix(file, []byte("\xff\xfe")), bytes.HasPrefix(file, []byte("\xfe\xff")); {
	case little:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case big:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	// The names of columns are ASCII, so every other byte of UTF-16 is zero there.
	if head := file[:min(len(file), 40)&^1]; len(head) > 3 && bytes.Count(head, []byte{0}) > len(head)/3 {
		if head[0] == 0 {
			return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
		}
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	if looksUTF8(file) {
		return unicode.UTF8
	}
	return charmap.Windows1252
}

// looksUTF8 says whether at least nine of ten letters beyond ASCII are UTF-8. A few that are not
// were broken on their way: they become U+FFFD, and the others stay what they are. In Windows-1252
// hardly any two letters are one of UTF-8 by chance.
func looksUTF8(file []byte) bool {
	good, bad := 0, 0
	for rest := file; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case r >= utf8.RuneSelf:
			good++
		}
		rest = rest[size:]
	}
	return good >= 9*bad
}

// separators are what stands between the columns of a CSV file: programs take the semicolon where
// the comma is in numbers.
const separators = ",;\t|"

// separatorOf is the separator that the first line has most of, outside of quotes. Excel may say it
// in a line before that, "sep=;", which is to be left out.
func separatorOf(text []byte) (separator rune, lines int) {
	first, _, _ := strings.Cut(string(text), "\n")
	first = strings.TrimRight(first, "\r")
	if said, ok := strings.CutPrefix(strings.ToLower(first), "sep="); ok && len(said) == 1 && strings.Contains(separators, said) {
		return rune(said[0]), 1
	}
	most, quoted := 0, false
	separator = ','
	counts := map[rune]int{}
	for _, r := range first {
		if r == '"' {
			quoted = !quoted
		}
		if quoted || !strings.ContainsRune(separators, r) {
			continue
		}
		if counts[r]++; counts[r] > most {
			separator, most = r, counts[r]
		}
	}
	return separator, 0
}
