package main

import (
	"context"
	"fmt"

	"deskwire/seed/demo"
)

// printWelcome prints the addresses of the server; with the demo, also a token.
func printWelcome(ctx context.Context, c console, s *Settings, d *database, base string) error {
	text := fmt.Sprintf("Deskwire serves %s/graphql (the schema is at %s/schema.graphqls), and the inbox as a page at %s/\n", base, base, base)
	if s.explorer() {
		text += fmt.Sprintf("GraphiQL, to try the API, is at %s/graphiql\n", base)
	}
	if d.private != nil {
		text += demoHelp(ctx, s, d, base)
	}
	text += "Ctrl-C stops it.\n"
	_, err := fmt.Fprint(c.out, text)
	return err
}

func demoHelp(ctx context.Context, s *Settings, d *database, base string) string {
	secret, err := demoToken(ctx, d.Store, s.DataDir)
	if err != nil { // somebody played with the demo: that is what it is for
		return fmt.Sprintf("There is no demo token: %s.\n", oneLine(err))
	}
	return fmt.Sprintf(`
The inbox of %s, an admin of the account "%s"; what follows the # never leaves the browser:

  %s/#token=%s

The token alone:

  %s

Try it:

  curl %s/graphql -H 'Content-Type: application/json' \
    -H 'Authorization: Bearer %s' \
    -d '{"query":"{ viewer { agent { name } } inboxes { name } }"}'

`, demo.AdminEmail, demo.Account, base, secret, secret, base, secret)
}
