package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"
)

// maxLine bounds the memory that a broken file can take. The longest line of the test data has 39
// kB.
const maxLine = 16 << 20

var errLong = fmt.Errorf("longer than %d MiB", maxLine>>20)

// jsonLines reads a file with one JSON object a line; record makes a record of one.
func jsonLines[T any](record func(*T) (*Record, error)) func(io.Reader) iter.Seq2[*Record, error] {
	return func(r io.Reader) iter.Seq2[*Record, error] {
		return func(yield func(*Record, error) bool) {
			in := bufio.NewReader(r)
			for n := 1; ; n++ {
				line, err := readLine(in)
				if line == nil && errors.Is(err, io.EOF) {
					return
				}
				if err != nil && !errors.Is(err, errLong) {
					yield(nil, err)
					return
				}
				if err == nil && len(bytes.TrimSpace(line)) == 0 {
					continue
				}
				if !yield(decodeLine(n, line, err, record)) {
					return
				}
			}
		}
	}
}

// decodeLine makes a record of a line that could be read, or a *BadLine.
func decodeLine[T any](n int, line []byte, err error, record func(*T) (*Record, error)) (rec *Record, _ error) {
	var v *T
	switch {
	case err != nil:
	case !utf8.Valid(line):
		// Go's JSON would put U+FFFD in the place of what is broken, without a word.
		err = errors.New("not UTF-8")
	default:
		line = bytes.TrimPrefix(line, []byte("\uFEFF"))
		if err = json.Unmarshal(line, &v); err != nil {
			err = fmt.Errorf("not the JSON of this format: %w", err)
		} else if v == nil {
			err = errors.New("null")
		}
	}
	if err == nil {
		rec, err = record(v)
	}
	if err != nil {
		return nil, &BadLine{n, err.Error()}
	}
	rec.Line = n
	return rec, nil
}

// readLine gives the next line; after the last one nil and io.EOF. A line that is too long is
// read to its end and thrown away.
func readLine(in *bufio.Reader) (line []byte, err error) {
	for long := false; ; {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case long && (err == nil || errors.Is(err, io.EOF)):
			return nil, errLong
		case len(line) > 0 && errors.Is(err, io.EOF):
			return line, nil
		default:
			return line, err
		}
	}
}
