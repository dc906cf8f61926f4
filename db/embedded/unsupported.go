//go:build !unix

package embedded

import (
	"context"
	"errors"
)

var errUnsupported = errors.New("a private Postgres is not supported on this system: set DATABASE_URL to a running Postgres")

// Server is never made on this system.
type Server struct{}

// Start refuses: see errUnsupported.
func Start(context.Context, Options) (*Server, error) { return nil, errUnsupported }

// FindBinaries refuses: see errUnsupported.
func FindBinaries() (string, error) { return "", errUnsupported }

// NpmPackage refuses: see errUnsupported.
func NpmPackage() (string, error) { return "", errUnsupported }

// DSN is empty on this system.
func (*Server) DSN() string { return "" }

// Done never closes on this system.
func (*Server) Done() <-chan struct{} { return nil }

// Stop does nothing on this system.
func (*Server) Stop() error { return nil }
