package e2e

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"
)

// lineLog is the log of a server, of JSON lines.
type lineLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lineLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lineLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// withMessage are the lines with one of these messages.
func (l *lineLog) withMessage(messages ...string) (lines []map[string]any) {
	for _, text := range bytes.Split([]byte(l.String()), []byte("\n")) {
		line := map[string]any{}
		if json.Unmarshal(text, &line) == nil {
			if m, _ := line["msg"].(string); slices.Contains(messages, m) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// waitForLine waits for a line with a message that a condition holds for.
func (l *lineLog) waitForLine(t testing.TB, message string, is func(line map[string]any) bool) map[string]any {
	t.Helper()
	for end := time.Now().Add(liveTimeout); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, line := range l.withMessage(message) {
			if is(line) {
				return line
			}
		}
	}
	t.Fatalf("the log has no such line %q:\n%s", message, l)
	return nil
}
