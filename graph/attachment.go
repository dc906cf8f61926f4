package graph

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"deskwire/desk"
)

// FileAddressLife is how long a signed URL opens.
const FileAddressLife = time.Hour

// FileRight is what an address allows, for an hour, for whom it was signed: with the rights of that
// agent, as long as the token is good by which they asked.
type FileRight struct {
	Write   bool
	Account desk.ID
	File    desk.ID
	Agent   desk.ID
	Token   desk.ID // zero: they had one of an identity provider
	Signed  time.Time
	until   time.Time
}

const rightBytes = 1 + 4*16 + 2*8

func (f FileRight) signedAddress(key []byte) string {
	b := make([]byte, 0, rightBytes+sha256.Size)
	b = append(b, map[bool]byte{false: 'r', true: 'w'}[f.Write])
	for _, id := range []desk.ID{f.Account, f.File, f.Agent, f.Token} {
		b = append(b, id[:]...)
	}
	for _, at := range []time.Time{f.Signed, f.until} {
		b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMilli()))
	}
	return base64.RawURLEncoding.EncodeToString(append(b, signature(b, key)...))
}

func signature(right, key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(right)
	return mac.Sum(nil)
}

// ReadFileRight gives the right that an address carries, if one of our keys has signed it and its
// time is not over.
func ReadFileRight(address string, keys [][]byte, now time.Time) (f FileRight, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(address)
	if err != nil || len(b) != rightBytes+sha256.Size {
		return f, false
	}
	if !slices.ContainsFunc(keys, func(key []byte) bool { return hmac.Equal(signature(b[:rightBytes], key), b[rightBytes:]) }) {
		return f, false
	}
	f.Write = b[0] == 'w'
	b = b[1:rightBytes]
	for _, id := range []*desk.ID{&f.Account, &f.File, &f.Agent, &f.Token} {
		copy(id[:], b)
		b = b[len(id):]
	}
	for _, at := range []*time.Time{&f.Signed, &f.until} {
		*at = time.UnixMilli(int64(binary.BigEndian.Uint64(b)))
		b = b[8:]
	}
	return f, now.Before(f.until)
}

// fileAddress is where to GET a file from, or to PUT it to.
func (r *Resolver) fileAddress(ctx context.Context, a *desk.Attachment, write bool) (*string, error) {
	keys, err := r.Store.FileKeys(ctx)
	if err != nil {
		return nil, err
	}
	by, now := ActorOf(ctx), r.Store.Now()
	right := FileRight{Write: write, Account: a.AccountID, File: a.ID, Token: by.TokenID, Signed: now, until: now.Add(FileAddressLife)}
	if by.Agent != nil {
		right.Agent = by.Agent.ID
	}
	address := r.BaseURL + "/files/" + right.signedAddress(keys[0])
	return &address, nil
}

// attachmentsOf are the files of a message, read for all messages of the scope.
func (r *Resolver) attachmentsOf(ctx context.Context, m *desk.Message) ([]*desk.Attachment, error) {
	return loadBelow(ctx, m, messageID, func(ctx context.Context, ids []desk.ID) (map[desk.ID][]*desk.Attachment, error) {
		return loadersOf(ctx).reader.AttachmentsOf(ctx, ids)
	}, func(files []*desk.Attachment) []any { return nil })
}
