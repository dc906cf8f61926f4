package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// InputWarning says what of an input was mended or left out, so that the rest could be taken.
type InputWarning struct {
	Message string
	Path    []string
}

// Mending brings what strangers have sent into a form that can be kept. Nobody who brings a message
// in can ask its sender to write it better, so a detail is mended or left out, and never a reason
// to refuse the message. What was done is told in warnings.
type Mending struct{ Warnings []InputWarning }

func (m *Mending) warn(path []string, message string, args ...any) {
	m.Warnings = append(m.Warnings, InputWarning{fmt.Sprintf(message, args...), path})
}

// Text mends a text of several lines: what could not be kept becomes U+FFFD, and what is too long
// is cut.
func (m *Mending) Text(s string, max int, path ...string) string {
	kept := m.readable(s, path)
	if len(kept) > max {
		m.warn(path, "The text had %d bytes, and was cut to %d.", len(kept), max)
		kept = cutCharacters(kept, max)
	}
	return kept
}

// readable is a text with U+FFFD for what is no UTF-8 and for U+0000.
func (m *Mending) readable(s string, path []string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	m.warn(path, "Characters that cannot be kept were replaced by U+FFFD.")
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// HTML mends HTML: it is cut between two tags, or in a text.
func (m *Mending) HTML(s *string, path ...string) *string {
	if s == nil || *s == "" {
		return nil
	}
	kept := m.readable(*s, path)
	if len(kept) > MaxHTML {
		m.warn(path, "The HTML had %d bytes, and was cut to %d.", len(kept), MaxHTML)
		kept = cutCharacters(kept, MaxHTML)
		if tag := strings.LastIndexByte(kept, '<'); tag > strings.LastIndexByte(kept, '>') {
			kept = kept[:tag]
		}
	}
	return &kept
}

// Line mends a text of one line that may be empty: its lines come together, what nobody sees is
// taken out, and what is too long is cut.
func (m *Mending) Line(s string, max int, path ...string) string {
	kept := m.readable(s, path)
	if seen := VisibleLine(kept); seen != kept {
		m.warn(path, "Line breaks and characters that nobody sees were taken out.")
		kept = seen
	}
	if len(kept) > max {
		m.warn(path, "The text had %d bytes, and was cut to %d.", len(kept), max)
		kept = cutCharacters(kept, max-len("…")) + "…"
	}
	return kept
}

// Key mends another system's id. Two that differ must stay two, so what is cut or replaced leaves
// the checksum of the whole.
func (m *Mending) Key(s string, path ...string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 && len(s) <= MaxKey {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	suffix := "~" + hex.EncodeToString(sum[:16])
	kept := strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
	kept = cutCharacters(kept, MaxKey-len(suffix)) + suffix
	m.warn(path, "The id cannot be kept as it is. It was replaced by %q.", kept)
	return kept
}

// OptionalKey is Key for an id that may be absent; empty counts as absent.
func (m *Mending) OptionalKey(s *string, path ...string) *string {
	if s == nil || *s == "" {
		return nil
	}
	kept := m.Key(*s, path...)
	return &kept
}

// SentAt leaves out a time that the sender's clock can't have shown.
func (m *Mending) SentAt(at *time.Time, now time.Time, path ...string) *time.Time {
	if at == nil || !at.After(now.Add(24*time.Hour)) {
		return at
	}
	m.warn(path, "This time is more than a day in the future, and was left out.")
	return nil
}

// Files leaves out the files that are too many.
func (m *Mending) Files(ids []ID, path ...string) []ID {
	if len(ids) <= MaxAttachments {
		return ids
	}
	m.warn(path, "A message can have at most %d files. The first ones were taken, and %d were left out.", MaxAttachments, len(ids)-MaxAttachments)
	return ids[:MaxAttachments]
}

// fileName is what a sender has called a file, as one name: without folders, and with its ending
// where the name is cut.
func (m *Mending) fileName(s string, path ...string) string {
	name := strings.NewReplacer("/", "_", "\\", "_").Replace(VisibleLine(m.readable(s, path)))
	if over := len(name) - maxFileName; over > 0 {
		ending := filepath.Ext(name)
		if len(ending) > maxFileEnding {
			ending = ""
		}
		name = cutCharacters(name, maxFileName-len(ending)) + ending
	}
	if Fold(name) == "" {
		return "file"
	}
	return name
}

// maxFileEnding is how long an ending such as ".pdf" can be, in bytes.
const maxFileEnding = 20

// mediaType is the type that a sender has said, without parameters that cannot be kept. What is no
// type is a file like any other.
func (m *Mending) mediaType(s string) string {
	isOdd := func(r rune) bool { return r < ' ' || r > '~' }
	if base, _, err := mime.ParseMediaType(s); err == nil && strings.Contains(base, "/") && len(s) <= maxContentType && !strings.ContainsFunc(s, isOdd) {
		return s
	}
	said, _, _ := strings.Cut(s, ";")
	if base, _, err := mime.ParseMediaType(said); err == nil && strings.Contains(base, "/") && len(base) <= maxContentType {
		return base
	}
	return fallbackType
}
