package main

import (
	"context"
	"fmt"
)

// announce says where the server is; with the demo, also how to get in.
func announce(ctx context.Context, c console, s *Settings, d *database, base string) error {
	text := fmt.Sprintf("Deskwire serves %s/graphql (the schema is at %s/schema.graphqls).\n", base, base)
	if d.private != nil {
		secret, err := demoToken(ctx, d.Store, s.DataDir)
		if err != nil {
			return err
		}
		text += fmt.Sprintf(`
A token for %s, an admin of the account "%s":

  %s

Try it:

  curl %s/graphql -H 'Content-Type: application/json' \
    -H 'Authorization: Bearer %s' \
    -d '{"query":"{ viewer { agent { name } } inboxes { name } }"}'

`, demoEmail, demoAccount, secret, base, secret)
	}
	_, err := fmt.Fprint(c.out, text)
	return err
}
