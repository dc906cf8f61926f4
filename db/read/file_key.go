package read

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// FileKeysKeep is for how long a server goes by the keys that it has read. So late it notices that
// the key was replaced.
const FileKeysKeep = 2 * time.Second

// fileKeys are the keys of addresses of files, as they were read last.
type fileKeys struct {
	known   atomic.Pointer[knownFileKeys]
	reading sync.Mutex
}

type knownFileKeys struct {
	secrets [][]byte
	read    time.Time
}

// FileKeys are what the addresses of files are signed with, for all servers of this database: the
// first one signs, and what the others have signed opens still.
func (s *Database) FileKeys(ctx context.Context) ([][]byte, error) {
	known := s.fileKeys.known.Load()
	if known != nil && time.Since(known.read) < FileKeysKeep {
		return known.secrets, nil
	}
	if known == nil {
		s.fileKeys.reading.Lock()
	} else if !s.fileKeys.reading.TryLock() {
		return known.secrets, nil // somebody reads them anew
	}
	defer s.fileKeys.reading.Unlock()
	if now := s.fileKeys.known.Load(); now != known {
		return now.secrets, nil
	}
	read := time.Now()
	var secrets [][]byte
	err := s.client.Bun.NewRaw(`SELECT secret FROM file_key WHERE opens_until IS NULL OR opens_until > now()
		ORDER BY signs_from <= now() DESC, signs_from DESC`).Scan(ctx, &secrets)
	if err == nil && len(secrets) == 0 {
		err = errors.New("file_key is empty; deskwire rotate-file-key makes a key")
	}
	if err != nil {
		return nil, err
	}
	s.fileKeys.known.Store(&knownFileKeys{secrets, read})
	return secrets, nil
}
