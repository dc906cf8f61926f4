package read

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// secretPrefix tells our secrets from a provider's tokens, and lets scanners find leaked ones.
const secretPrefix = "dw_"

// NewSecret makes the secret of an API token, and the hash that is kept of it. It holds
// 256 random bits, so a plain hash is enough: there is nothing to guess.
func NewSecret() (secret string, hash []byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: without randomness the program ends
	secret = secretPrefix + base64.RawURLEncoding.EncodeToString(b)
	return secret, HashSecret(secret)
}

// HashSecret gives what is kept of a secret: its SHA-256.
func HashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// IsSecret says whether a bearer token is one of ours, by its looks.
func IsSecret(token string) bool {
	return len(token) > len(secretPrefix) && token[:len(secretPrefix)] == secretPrefix
}
