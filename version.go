package main

import (
	"fmt"

	"deskwire/version"
)

type versionCommand struct{}

// Run prints what the flag --version does.
func (versionCommand) Run(c console) error {
	_, err := fmt.Fprintln(c.out, version.Current())
	return err
}
