package write

import (
	"strings"

	"deskwire/desk"
	"deskwire/mailhtml"
)

// completeContent makes of a message's HTML what is read of it later: the text, where none is
// given, and the form that a page may show. It takes time with the length of the HTML, so it is
// done once, when a message is written.
func completeContent(in desk.Content) desk.Content {
	in.SafeHTMLVersion = new(mailhtml.SafeVersion)
	if in.HTML == nil || *in.HTML == "" {
		return in
	}
	in.SafeHTML = new(mailhtml.Safe(*in.HTML))
	if strings.TrimSpace(in.Text) != "" {
		return in
	}
	text, pictures := mailhtml.Text([]byte(*in.HTML))
	in.Shows = pictures || text != ""
	if in.Text == "" {
		in.Text = desk.TruncateText(text, desk.MaxText)
	}
	return in
}
