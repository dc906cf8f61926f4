package main

import (
	"fmt"
	"os"
	"strings"
)

// secrets are settings that may stand in a file: DATABASE_URL_FILE names the file of DATABASE_URL.
// Variables are handed to every program that this one starts, and tools show them; files are not,
// and container tools and systemd bring secrets as files.
var secrets = []string{"DATABASE_URL", "READ_DATABASE_URL", "NATS_URL", "AUTH_JWT_SECRET"}

// readSecretFiles puts what the files have into the variables, until the settings have been read:
// forget takes it out again, so that it is not handed on.
func readSecretFiles() (forget func(), err error) {
	var read []string
	forget = func() {
		for _, name := range read {
			_ = os.Unsetenv(name)
		}
	}
	for _, name := range secrets {
		file := os.Getenv(name + "_FILE")
		if file == "" {
			continue
		}
		if os.Getenv(name) != "" {
			return forget, fmt.Errorf("%s and %s_FILE are both set: keep one of them", name, name)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return forget, fmt.Errorf("%s_FILE cannot be read: %w", name, err)
		}
		value := strings.TrimRight(string(b), "\r\n")
		if value == "" || strings.ContainsAny(value, "\x00\r\n") {
			return forget, fmt.Errorf("%s_FILE must name a file with one line, the value of %s: %s has none, or more", name, name, file)
		}
		if err := os.Setenv(name, value); err != nil {
			return forget, err
		}
		read = append(read, name)
	}
	return forget, nil
}
