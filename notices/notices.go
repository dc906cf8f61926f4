// Package notices has the licences of what others wrote and Deskwire contains: Go modules that are
// linked into the program, and npm packages in what it serves to browsers. Their licences ask for
// it. The text is written by make notices, and a test fails when it lacks one.
package notices

import _ "embed"

//go:embed THIRD-PARTY-NOTICES.txt
var text string

// Text is all notices, for people.
func Text() string { return text }
