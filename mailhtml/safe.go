package mailhtml

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// SafeVersion is the version of what Safe makes. Safe forms are kept beside their sources, and one
// of another version is not shown: whoever changes what Safe lets through counts this up.
const SafeVersion = 2

// Safe makes the HTML of a message safe for a page: what its sender shows of it, without scripts,
// forms and handlers, and of the styles those that carry meaning.
func Safe(source string) string {
	return safePolicy().Sanitize(string(Visible([]byte(source))))
}

// safePolicy is the sanitizer: it lets through what people write in mails. A style must be one that
// Visible has written: it is checked again, so that nothing comes through that was overlooked.
var safePolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowAttrs("style").Matching(keptStyles).Globally()
	p.AllowElements("font") // by which older programs colour text
	return p
})

var keptStyles = regexp.MustCompile(`^(?:(?:^|; )(?:(?:background-)?color: #[0-9a-f]{6}|(?:text-decoration|font-weight|font-style|text-align|white-space): [a-z0-9-]+)){1,8}$`)
